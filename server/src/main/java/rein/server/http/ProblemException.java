package rein.server.http;

/**
 * Ends a request with a problem. The server's one exception type: it says what the caller should
 * do.
 */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(int status, String code, String detail) {
        this(Problem.of(status, code, detail));
    }

    public ProblemException(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
