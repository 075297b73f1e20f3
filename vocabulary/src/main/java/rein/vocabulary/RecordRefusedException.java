package rein.vocabulary;

/**
 * The audit log did not take a record. The caller refuses the request that led to it; nothing was
 * let through.
 */
public final class RecordRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, for machines. */
    public enum Code {
        /** Too many records wait to be written: try again shortly. */
        BUSY,
        /** No room on the disk: free space or move the data folder. */
        DISK_FULL,
        /** Longer than a leaf may be: say less, or put it into the content. */
        TOO_LARGE,
        /** The log is closed, or writing it failed. */
        BROKEN
    }

    private final Code code;

    public RecordRefusedException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public RecordRefusedException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
