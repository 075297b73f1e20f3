package rein.sandbox;

/**
 * The sandbox could not do what was asked. Nothing ran uncontained; the message is a sentence that
 * says what to do.
 */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, and what the caller should do. */
    public enum Code {
        /** This machine or kernel lacks it: refuse the run and show the message. */
        UNSUPPORTED,
        /** A tool is missing or failed: install it or read the message; refuse the run. */
        TOOL,
        /** The kernel refused a call: refuse the run. */
        SYSTEM_CALL,
        /** The work folder, its file system or the command cannot be used: choose another. */
        SPEC,
        /** A limit that was asked for cannot be enforced here: refuse the run. */
        LIMITS,
        /** Too many sandboxes at once: retry when one has ended. */
        FULL,
        /** The host is closed or broken: restart the node. */
        CLOSED
    }

    private final Code code;
    private final int errno;

    public SandboxException(Code code, String message) {
        this(code, message, 0);
    }

    public SandboxException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.errno = 0;
    }

    SandboxException(Code code, String message, int errno) {
        super(message);
        this.code = code;
        this.errno = errno;
    }

    /** A sentence that says what to do; never absent. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    public Code code() {
        return code;
    }

    /** The kernel's error number, 0 where there was none. */
    public int errno() {
        return errno;
    }
}
