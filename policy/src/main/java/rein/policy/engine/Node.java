package rein.policy.engine;

import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;

/** A compiled expression. */
@FunctionalInterface
interface Node {
    Datum evaluate(Environment environment) throws EvaluationException;

    /** The expression as a condition: an error if it is no boolean. */
    default boolean holds(Environment environment) throws EvaluationException {
        return evaluate(environment).asBool();
    }

    /** An expression that is always a boolean, or an error. */
    @FunctionalInterface
    interface Test extends Node {
        @Override
        boolean holds(Environment environment) throws EvaluationException;

        // Both say the same: the datum is the boolean.
        @Override
        @SuppressWarnings("FunctionalInterfaceMethodChanged")
        default Datum evaluate(Environment environment) throws EvaluationException {
            return Datum.Bool.of(holds(environment));
        }
    }
}
