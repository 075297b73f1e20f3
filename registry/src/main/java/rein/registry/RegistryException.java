package rein.registry;

/** What the registry, its database or its data folder could not do. The message says what to do. */
public final class RegistryException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, for machines, and what the caller should do. */
    public enum Code {
        /** PostgreSQL does not answer: use what is remembered, try again later. */
        UNAVAILABLE,
        /** PostgreSQL answered with an error that it should not give: refuse the request. */
        BROKEN,
        /** The values cannot be stored (too long, a reference to nothing): refuse the request. */
        REFUSED,
        /** Another process holds the data folder: end it, or choose another folder. */
        FOLDER_TAKEN,
        /** The data folder is not private, not writable or not a folder: repair it. */
        FOLDER_UNUSABLE,
        /** No PostgreSQL for this machine is on the class path: give the URL of an external one. */
        BINARIES_MISSING,
        /** The data was written by another major version of PostgreSQL: do not start. */
        VERSION,
        /** PostgreSQL did not come up, or its set-up failed: read the message and its log. */
        START_FAILED
    }

    private final Code code;

    public RegistryException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public RegistryException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
