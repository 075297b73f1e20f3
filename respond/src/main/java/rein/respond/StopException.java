package rein.respond;

/** Something about stops could not be done. An order to stop itself never throws this. */
public final class StopException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, for machines, and what the caller should do. */
    public enum Code {
        /** The journal cannot be opened or read: do not start; stops in force would be lost. */
        JOURNAL_UNUSABLE,
        /** No such order is in force: show the list of those that are. */
        NOT_IN_FORCE,
        /** The resume could not be recorded or written down: nothing changed; try again. */
        NOT_RESUMED,
        /** The order is ended, but a run stays frozen: nothing unsafe; show it to the person. */
        NOT_THAWED
    }

    private final Code code;

    StopException(Code code, String message) {
        super(message);
        this.code = code;
    }

    StopException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
