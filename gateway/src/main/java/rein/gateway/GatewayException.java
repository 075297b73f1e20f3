package rein.gateway;

/** A message could not be passed on. The caller answers as the code says; nothing is sent again. */
public final class GatewayException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, and what the caller does. */
    public enum Code {
        /** Malformed or ambiguous message from downstream: answer 400 and close. */
        BAD_REQUEST,
        /** Header longer than its bound: answer 431 and close. */
        HEADER_TOO_LARGE,
        /** A version of HTTP that is not spoken here: answer 505 and close. */
        VERSION,
        /** Malformed message from upstream: answer 502 and close. */
        BAD_RESPONSE,
        /** The upstream did not accept the connection: answer 502. */
        UNREACHABLE,
        /** The node's own proxy wants other credentials: a denial. */
        PROXY_AUTHENTICATION,
        /** The node's own proxy forbids the destination: a denial. */
        PROXY_REFUSED,
        /** The node's own proxy cannot be reached or fails: a denial. */
        PROXY_FAILED,
        /** The peer closed in the middle of a message: close. */
        CUT_SHORT
    }

    private final Code code;
    private final String what;

    public GatewayException(Code code, String message) {
        super(message);
        this.code = code;
        this.what = message;
    }

    /** What is wrong, as a clause without a full stop. */
    public String what() {
        return what;
    }

    public Code code() {
        return code;
    }
}
