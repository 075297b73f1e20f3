package rein.policy.engine;

import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;

/** A compiled expression. */
@FunctionalInterface
interface Node {
    Datum evaluate(Environment environment) throws EvaluationException;
}
