package rein.vocabulary;

import java.util.Locale;

/**
 * One named Cedar policy text (it may hold several policies), where it applies, and whether it
 * counts yet. A draft is no policy text: nothing is decided from it.
 *
 * @param name the file or pack it comes from; policy ids are {@code name#annotation-id} or {@code
 *     name#policy0}
 */
public record PolicyText(String name, Scope scope, Mode mode, String text) {
    /** A text that counts. */
    public PolicyText(String name, Scope scope, String text) {
        this(name, scope, Mode.ENFORCE, text);
    }

    /** What a text does to a decision; the order is the one in which a text grows up. */
    public enum Mode {
        /** Nothing; the record says what it would have done. */
        SHADOW,
        /** Nothing; the record and the run's terminal say what it would have refused. */
        WARN,
        /** It decides. */
        ENFORCE;

        /** As people and JSON write it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where a policy applies. Permits and forbids of all scopes that apply are united; forbid wins.
     */
    public sealed interface Scope {
        record Fleet() implements Scope {}

        /** Applies to runs that chose this pack: coding, locked, observe. */
        record Pack(String name) implements Scope {}

        record OfBlueprint(String name) implements Scope {}

        record OfAgent(String name) implements Scope {}

        record OfRun() implements Scope {}
    }
}
