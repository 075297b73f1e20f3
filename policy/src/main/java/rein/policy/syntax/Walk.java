package rein.policy.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From an expression to the expressions directly in it. */
public final class Walk {
    private Walk() {}

    public static List<Expression> children(Expression expression) {
        return switch (expression) {
            case Expression.Literal _, Expression.Reference _ -> List.of();
            case Expression.If(_, Expression test, Expression then, Expression otherwise) ->
                    List.of(test, then, otherwise);
            case Expression.And(_, List<Expression> parts) -> parts;
            case Expression.Or(_, List<Expression> parts) -> parts;
            case Expression.Not(_, Expression of) -> List.of(of);
            case Expression.Negate(_, Expression of) -> List.of(of);
            case Expression.IsEmpty(_, Expression of) -> List.of(of);
            case Expression.Binary(_, _, Expression left, Expression right) -> List.of(left, right);
            case Expression.Attribute(_, Expression of, _) -> List.of(of);
            case Expression.Has(_, Expression of, _) -> List.of(of);
            case Expression.Like(_, Expression of, _) -> List.of(of);
            case Expression.Is(_, Expression of, _, Optional<Expression> in) -> {
                List<Expression> both = new ArrayList<>(List.of(of));
                in.ifPresent(both::add);
                yield both;
            }
            case Expression.SetOf(_, List<Expression> elements) -> elements;
            case Expression.Struct(_, Map<String, Expression> members) ->
                    List.copyOf(members.values());
            case Expression.Call(_, _, List<Expression> arguments) -> arguments;
        };
    }
}
