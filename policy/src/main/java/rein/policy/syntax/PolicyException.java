package rein.policy.syntax;

/**
 * A policy text that cannot be used. The caller refuses the text, or, where a decision is needed
 * now, denies the request.
 */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1;

    /** What the caller should do is the same for all: refuse the text and show the problem. */
    public enum Code {
        /** It is not Cedar. */
        SYNTAX,
        /** It is Cedar, but larger or deeper than a bound allows. */
        TOO_LARGE,
        /** It is Cedar, but names something that this product does not have or cannot enforce. */
        MEANING
    }

    private final Code code;
    private final transient Problem problem;

    public PolicyException(Code code, Problem problem) {
        super(problem.toString());
        this.code = code;
        this.problem = problem;
    }

    public Code code() {
        return code;
    }

    public Problem problem() {
        return problem;
    }
}
