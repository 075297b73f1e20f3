package rein.vocabulary;

/**
 * One named Cedar policy text (it may hold several policies) and where it applies.
 *
 * @param name the file or pack it comes from; policy ids are {@code name#annotation-id} or {@code
 *     name#policy0}
 */
public record PolicyText(String name, Scope scope, String text) {
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
