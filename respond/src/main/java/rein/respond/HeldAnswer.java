package rein.respond;

import java.util.UUID;
import rein.vocabulary.Consent;

/** What came of a request that waited. It is recorded before the one who waits is told. */
public sealed interface HeldAnswer {
    /**
     * Somebody answered.
     *
     * @param as the role in which it counts
     * @param record of the answer
     */
    record Given(boolean yes, Approver by, Consent.Role as, UUID record) implements HeldAnswer {}

    /** Nobody answered in time. */
    record Expired() implements HeldAnswer {}

    /** There was nothing left to wait for. */
    record Over() implements HeldAnswer {}
}
