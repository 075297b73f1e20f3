package rein.registry;

import java.time.Instant;
import java.util.Optional;

/**
 * One version of the policy set of one scope.
 *
 * @param scope {@code fleet}, {@code blueprint:NAME} or {@code agent:NAME}
 * @param number from 1 on, in the order in which a scope's versions were saved
 * @param text Cedar, at most {@link PolicyVersions#TEXT_CHARS_MAX} characters
 * @param tests JSON, at most {@link PolicyVersions#TESTS_CHARS_MAX} characters; empty for none
 * @param author who saved it
 * @param changedBy who moved it to its state
 * @param signature whatever the control plane's key made of {@link #signed()}
 * @param proposal a step that waits for a second person
 */
public record PolicyVersion(
        String scope,
        int number,
        State state,
        String text,
        String tests,
        String author,
        String reason,
        Instant created,
        Instant changed,
        String changedBy,
        String signature,
        Optional<Proposal> proposal) {
    /** A version's life, in this order; from each of the first four it may also be retired. */
    public enum State {
        /** Kept, and nothing more. */
        DRAFT,
        /** Decided on beside what is enforced; only recorded. */
        SHADOW,
        /** As shadow, and the run's terminal is told. */
        WARN,
        ENFORCE,
        RETIRED;

        /** Whether a version in this state is in the snapshot. */
        public boolean active() {
            return this == SHADOW || this == WARN || this == ENFORCE;
        }
    }

    /**
     * The first of two people asks for a step.
     *
     * @param by the person, with what proved who it is
     */
    public record Proposal(State to, String by, Instant when) {}

    /** {@code fleet@3}: the name under which its policies appear in decisions. */
    public String name() {
        return scope + "@" + number;
    }

    /**
     * What the signature covers: everything that somebody could gain by changing. Each part carries
     * its length, so that no two versions read the same.
     */
    public String signed() {
        StringBuilder out = new StringBuilder("rein-policy/1\n");
        for (String part :
                new String[] {
                    scope, "" + number, state.name(), text, tests, author, reason, changedBy
                }) {
            out.append(part.length()).append(':').append(part).append('\n');
        }
        return out.toString();
    }

    public PolicyVersion in(State next, String by, Instant when) {
        return new PolicyVersion(
                scope,
                number,
                next,
                text,
                tests,
                author,
                reason,
                created,
                when,
                by,
                "",
                Optional.empty());
    }

    public PolicyVersion with(String sealed) {
        return new PolicyVersion(
                scope, number, state, text, tests, author, reason, created, changed, changedBy,
                sealed, proposal);
    }
}
