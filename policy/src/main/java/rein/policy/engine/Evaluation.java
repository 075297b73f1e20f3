package rein.policy.engine;

import rein.policy.syntax.Expression;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;

/** One expression for one request: for explanations, which look at the parts of a condition. */
public final class Evaluation {
    private Evaluation() {}

    public static Datum of(Expression expression, Environment environment)
            throws EvaluationException {
        Compiler compiler = new Compiler();
        Node node = compiler.compile(expression);
        environment.begin(compiler.paths());
        return node.evaluate(environment);
    }
}
