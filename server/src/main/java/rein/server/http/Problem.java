package rein.server.http;

/**
 * An error as RFC 9457 describes it.
 *
 * @param code stable, lower-case-dashed, for scripts
 * @param detail one sentence that says what happened and what to do
 */
public record Problem(String type, String title, int status, String code, String detail) {
    static final String CONTENT_TYPE = "application/problem+json";

    public static Problem of(int status, String code, String detail) {
        return new Problem("about:blank", title(status), status, code, detail);
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Not signed in";
            case 403 -> "Not permitted";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Conflict";
            case 413 -> "Too large";
            case 422 -> "Cannot be done as asked";
            case 503 -> "Unavailable";
            default -> "Error";
        };
    }
}
