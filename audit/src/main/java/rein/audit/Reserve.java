package rein.audit;

import rein.vocabulary.Kind;

/**
 * Room on the disk that only some records may use: bytes that are written as zeros ahead of the
 * data, and so are there when the disk is full.
 *
 * @param bytes the whole reserve
 */
record Reserve(long bytes) {
    /** Stops that can be recorded on a full disk (DESIGN §1.3). */
    static final int STOPS = 1_000;

    /**
     * For each an order and a receipt: both are about 1 KiB, so this is eight times what is due.
     */
    static final int BYTES_PER_STOP = 16 * 1024;

    static final long BYTES = (long) STOPS * BYTES_PER_STOP;

    /**
     * What must still be ready after a record of this kind is written. Stops may use all of it;
     * changes of people, tokens, agents and policies, which may be needed to regain control, half.
     */
    long floorBytes(Kind kind) {
        return switch (kind) {
            case STOP_ORDERED, RESUMED, RECEIPT, LOG_OPENED -> 0;
            case AGENT_CHANGED,
                    PERSON_CHANGED,
                    TOKEN_CHANGED,
                    SESSION_CHANGED,
                    POLICY_CHANGED,
                    GRANT_ENDED ->
                    bytes / 2;
            case LOG_INTRODUCED,
                    NODE_STARTED,
                    NODE_STOPPED,
                    SELF_TEST,
                    DRILL,
                    NODE_DRAINED,
                    GRANT_PROPOSED,
                    APPROVAL_ASKED,
                    APPROVAL_ENDED,
                    GRANTED,
                    RUN_STARTED,
                    RUN_ADOPTED,
                    RUN_ENDED,
                    DECISION,
                    FLOW,
                    CONTENT_FOUND,
                    EXEC,
                    NAME_LOOKUP,
                    LOSS,
                    FINDING,
                    INCIDENT,
                    CONTENT_READ ->
                    bytes;
        };
    }

    boolean mayUse(Kind kind) {
        return floorBytes(kind) < bytes;
    }
}
