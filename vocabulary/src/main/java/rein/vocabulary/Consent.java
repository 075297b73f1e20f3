package rein.vocabulary;

import java.time.Duration;

/**
 * Whose yes a request needs before it may pass, and how long a door holds it meanwhile.
 *
 * @param hold at most {@link #HOLD_MAX}
 */
public record Consent(Role role, Duration hold) {
    /** What a policy that says nothing gets: as long as most clients wait for a connection. */
    public static final Duration HOLD = Duration.ofSeconds(60);

    /** Longer than this no client waits, and each held request takes a connection of its run's. */
    public static final Duration HOLD_MAX = Duration.ofMinutes(5);

    /** Who may say yes; the order is the one of how much it takes. */
    public enum Role {
        /** Whoever answers for the agent, or an operator. */
        OWNER,
        /** Somebody who runs the installation. */
        OPERATOR;

        /** As a policy and JSON write it. */
        public String label() {
            return this == OWNER ? "owner" : "operator";
        }
    }

    public Consent {
        if (hold.compareTo(Duration.ofSeconds(1)) < 0 || hold.compareTo(HOLD_MAX) > 0) {
            throw new IllegalArgumentException(
                    "a request is held from 1 second to 5 minutes, not " + hold);
        }
    }
}
