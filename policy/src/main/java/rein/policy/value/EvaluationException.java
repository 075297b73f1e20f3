package rein.policy.value;

/**
 * The error of one policy on one request (Cedar: "evaluation error"). It never leaves the stage:
 * the engine turns it into a value. It has no stack trace, because a hostile request may cause
 * many.
 */
public final class EvaluationException extends Exception {
    private static final long serialVersionUID = 1;

    public EvaluationException(String message) {
        super(message, null, false, false);
    }

    public static EvaluationException expected(String what, Datum got) {
        return new EvaluationException("expected " + what + ", got " + got.typeName());
    }

    /** What happened, as a clause that can follow a colon. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
