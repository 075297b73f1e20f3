package rein.audit;

/** The audit log or its content store could not do what was asked. The message says what to do. */
public final class AuditException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, for machines. */
    public enum Code {
        /** Another process writes this log: end it, or use another folder. */
        TAKEN,
        /**
         * What is stored contradicts itself: do not start; verify, then restore or move it away.
         */
        DAMAGED,
        /** The key file is missing, readable for others or does not belong to this log. */
        KEY,
        /** Not enough room on the disk: free some and start again. */
        DISK_FULL,
        /** The disk or the file system failed; or the answer took too long. */
        IO,
        /** There is no such record, content, tree size or owner: ask for another. */
        UNKNOWN,
        /** The owner's key was destroyed: this content can never be read again. */
        SHREDDED,
        /** More than a named bound allows. */
        TOO_MANY
    }

    private final Code code;

    public AuditException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public AuditException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
