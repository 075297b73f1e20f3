package rein.policy.engine;

import java.util.List;
import java.util.Map;
import rein.policy.syntax.Expression;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.vocabulary.EntityUid;

/** Computes once what no request can change: sets of literals and {@code ip("10.0.0.0/8")}. */
final class Folding {
    private static final EntityUid NOBODY = new EntityUid("Nobody", "");

    private Folding() {}

    /** The node itself, or one that always gives the value (or the error) that it would give. */
    static Node fold(Node node, List<Expression> operands) {
        if (!operands.stream().allMatch(Folding::isConstant)) {
            return node;
        }
        try {
            Datum value = node.evaluate(nothing());
            return _ -> value;
        } catch (EvaluationException e) {
            return _ -> {
                throw e;
            };
        }
    }

    private static Environment nothing() {
        return new Environment(NOBODY, NOBODY, NOBODY, Map.of(), List.of());
    }

    private static boolean isConstant(Expression expression) {
        return switch (expression) {
            case Expression.Literal _ -> true;
            case Expression.SetOf(_, List<Expression> elements) ->
                    elements.stream().allMatch(Folding::isConstant);
            case Expression.Call(_, _, List<Expression> arguments) ->
                    arguments.stream().allMatch(Folding::isConstant);
            case Expression.Reference _,
                    Expression.If _,
                    Expression.And _,
                    Expression.Or _,
                    Expression.Not _,
                    Expression.Negate _,
                    Expression.IsEmpty _,
                    Expression.Binary _,
                    Expression.Attribute _,
                    Expression.Has _,
                    Expression.Like _,
                    Expression.Is _,
                    Expression.Struct _ ->
                    false;
        };
    }
}
