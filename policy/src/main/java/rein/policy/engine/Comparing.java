package rein.policy.engine;

import rein.policy.engine.Node.Test;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Operator;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.vocabulary.EntityUid;

/** Comparisons; those with a literal on the right, which most are, make no datum of it. */
final class Comparing {
    private Comparing() {}

    /** Values of different types are unequal, which is no error. */
    static Test equal(Node left, Node right, Expression written) {
        if (written instanceof Expression.Literal(_, Datum value)) {
            return switch (value) {
                case Datum.Text(String text) ->
                        env ->
                                left.evaluate(env) instanceof Datum.Text(String got)
                                        && got.equals(text);
                case Datum.Int(long number) ->
                        env -> left.evaluate(env) instanceof Datum.Int(long got) && got == number;
                case Datum.Bool(boolean flag) ->
                        env -> left.evaluate(env) instanceof Datum.Bool(boolean got) && got == flag;
                case Datum.Ref(EntityUid uid) ->
                        env ->
                                left.evaluate(env) instanceof Datum.Ref(EntityUid got)
                                        && got.equals(uid);
                case Datum.SetOf _,
                        Datum.Struct _,
                        Datum.Ip _,
                        Datum.Decimal _,
                        Datum.Datetime _,
                        Datum.Duration _ ->
                        throw new IllegalStateException("no parser makes a literal of " + value);
            };
        }
        return env -> left.evaluate(env).equals(right.evaluate(env));
    }

    static Test order(Operator operator, Node left, Node right, Expression written) {
        if (written instanceof Expression.Literal(_, Datum.Int(long limit))) {
            return switch (operator) {
                case LESS -> env -> number(left, env) < limit;
                case LESS_OR_EQUAL -> env -> number(left, env) <= limit;
                case GREATER -> env -> number(left, env) > limit;
                default -> env -> number(left, env) >= limit;
            };
        }
        return switch (operator) {
            case LESS -> env -> compare(left, right, env) < 0;
            case LESS_OR_EQUAL -> env -> compare(left, right, env) <= 0;
            case GREATER -> env -> compare(left, right, env) > 0;
            default -> env -> compare(left, right, env) >= 0;
        };
    }

    private static long number(Node node, Environment environment) throws EvaluationException {
        Datum left = node.evaluate(environment);
        if (left instanceof Datum.Int(long number)) {
            return number;
        }
        throw new EvaluationException("cannot order " + left.typeName() + " and Long");
    }

    /** Longs, datetimes and durations have an order; decimals are compared by methods. */
    private static int compare(Node leftNode, Node rightNode, Environment environment)
            throws EvaluationException {
        Datum left = leftNode.evaluate(environment);
        Datum right = rightNode.evaluate(environment);
        if (left instanceof Datum.Int(long a) && right instanceof Datum.Int(long b)) {
            return Long.compare(a, b);
        }
        if (left instanceof Datum.Datetime(long a) && right instanceof Datum.Datetime(long b)) {
            return Long.compare(a, b);
        }
        if (left instanceof Datum.Duration(long a) && right instanceof Datum.Duration(long b)) {
            return Long.compare(a, b);
        }
        throw new EvaluationException(
                "cannot order " + left.typeName() + " and " + right.typeName());
    }
}
