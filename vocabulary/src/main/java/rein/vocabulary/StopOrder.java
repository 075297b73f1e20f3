package rein.vocabulary;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An order to stop; idempotent, in force until a resume names it.
 *
 * @param issuer the person, or {@code rein:detect} for an automatic suspension
 * @param epoch only grows per tenant
 * @param cause the record that led to it
 */
public record StopOrder(
        UUID id,
        Scope scope,
        Mode mode,
        String reason,
        String issuer,
        long epoch,
        Instant issued,
        Optional<UUID> cause) {
    public static final int REASON_CHARS_MAX = 300;

    public enum Mode {
        /** Freeze and deny; reversible. */
        SUSPEND,
        /** Processes are killed. */
        TERMINATE
    }

    /** Whom it stops. */
    public sealed interface Scope {
        record OfRun(UUID run) implements Scope {}

        record OfAgent(String name) implements Scope {}

        record OfBlueprint(String name) implements Scope {}

        record OfOwner(String person) implements Scope {}

        record Fleet() implements Scope {}

        default boolean covers(Run candidate) {
            return switch (this) {
                case OfRun(UUID run) -> candidate.id().equals(run);
                case OfAgent(String name) -> candidate.agent().name().equals(name);
                case OfBlueprint(String name) -> candidate.agent().blueprint().equals(name);
                case OfOwner(String person) -> candidate.agent().owner().equals(person);
                case Fleet() -> true;
            };
        }
    }

    public StopOrder {
        if (reason.length() > REASON_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "the reason has "
                            + reason.length()
                            + " characters; at most "
                            + REASON_CHARS_MAX);
        }
    }
}
