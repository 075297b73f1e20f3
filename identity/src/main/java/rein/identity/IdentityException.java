package rein.identity;

/** What identity could not do. The message says what to do. */
public final class IdentityException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, for machines, and what the caller should do. */
    public enum Code {
        /** The store does not answer: try again later; tokens in memory are verified on. */
        UNAVAILABLE,
        /** The store answered with an error that it should not give: refuse the request. */
        BROKEN,
        /** The values are not acceptable: refuse the request. */
        REFUSED,
        /** There are as many tokens as there may be: revoke some. */
        FULL,
        /** The installation's file cannot be read or written, or says something else: repair it. */
        INSTALLATION
    }

    private final Code code;

    public IdentityException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public IdentityException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
