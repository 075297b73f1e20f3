package rein.respond;

/** An approval that did not come about; the message says what to do. */
public final class ApprovalException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** It is above the ceiling, and whoever asks again may be the same person. */
        SAME_PERSON,
        /** Somebody else proposed other terms. */
        OTHER_TERMS,
        /** The run is over, and so is what could be granted to it alone. */
        RUN_OVER,
        /** Too many grants or proposals. */
        FULL,
        /** What it is about waits no more. */
        NOT_WAITING,
        /** Whoever answers may not say yes to this. */
        WRONG_ROLE,
        /** There is no such grant. */
        NO_SUCH_GRANT,
        /** The log did not take it: nothing is granted. */
        NOT_RECORDED,
        /** It is taken back, but a restart would bring it again. */
        END_NOT_RECORDED
    }

    private final Code code;

    ApprovalException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
