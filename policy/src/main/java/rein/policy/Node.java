package rein.policy;

/** A compiled expression. */
@FunctionalInterface
interface Node {
    Datum evaluate(Environment environment) throws EvaluationException;
}
