package rein.server.http;

import java.util.Optional;

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

    /** What went wrong below, in a sentence; Java's own exceptions may have none. */
    public static String why(Throwable failure) {
        return Optional.ofNullable(failure.getMessage())
                .filter(text -> !text.isBlank())
                .orElse(failure.toString());
    }

    public Problem problem() {
        return problem;
    }
}
