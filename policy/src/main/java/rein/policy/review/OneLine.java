package rein.policy.review;

import java.util.List;
import java.util.stream.Collectors;
import rein.policy.syntax.Expression;
import rein.policy.value.Quoting;

/** An expression on one line, as Cedar writes it; brackets where they could be missed. */
final class OneLine {
    private OneLine() {}

    static String of(Expression expression) {
        return switch (expression) {
            case Expression.Literal literal -> Data.shown(literal.value());
            case Expression.Reference reference -> reference.variable().word();
            case Expression.If(_, Expression test, Expression then, Expression otherwise) ->
                    "if " + of(test) + " then " + of(then) + " else " + of(otherwise);
            case Expression.And(_, List<Expression> parts) -> joined(parts, " && ");
            case Expression.Or(_, List<Expression> parts) -> joined(parts, " || ");
            case Expression.Not(_, Expression of) -> "!" + inner(of);
            case Expression.Negate(_, Expression of) -> "-" + inner(of);
            case Expression.IsEmpty(_, Expression of) -> inner(of) + ".isEmpty()";
            case Expression.Binary binary -> binary(binary);
            case Expression.Attribute(_, Expression of, String name) -> inner(of) + "." + name;
            case Expression.Has(_, Expression of, List<String> path) ->
                    inner(of) + " has " + String.join(".", path);
            case Expression.Like like ->
                    inner(like.of()) + " like (the pattern at " + like.at() + ")";
            case Expression.Is is ->
                    inner(is.of())
                            + " is "
                            + is.type()
                            + is.in().map(in -> " in " + inner(in)).orElse("");
            case Expression.SetOf(_, List<Expression> elements) ->
                    elements.stream().map(OneLine::of).collect(Collectors.joining(", ", "[", "]"));
            case Expression.Struct struct ->
                    struct.members().entrySet().stream()
                            .map(e -> Quoting.literal(e.getKey()) + ": " + of(e.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
            case Expression.Call call ->
                    call.function().word()
                            + call.arguments().stream()
                                    .map(OneLine::of)
                                    .collect(Collectors.joining(", ", "(", ")"));
        };
    }

    private static String joined(List<Expression> parts, String by) {
        return parts.stream().map(OneLine::inner).collect(Collectors.joining(by));
    }

    private static String inner(Expression expression) {
        boolean open =
                expression instanceof Expression.Binary
                        || expression instanceof Expression.And
                        || expression instanceof Expression.Or
                        || expression instanceof Expression.If;
        return open ? "(" + of(expression) + ")" : of(expression);
    }

    private static String binary(Expression.Binary binary) {
        String left = inner(binary.left());
        String right = inner(binary.right());
        return switch (binary.operator()) {
            case EQUAL -> left + " == " + right;
            case UNEQUAL -> left + " != " + right;
            case LESS -> left + " < " + right;
            case LESS_OR_EQUAL -> left + " <= " + right;
            case GREATER -> left + " > " + right;
            case GREATER_OR_EQUAL -> left + " >= " + right;
            case IN -> left + " in " + right;
            case PLUS -> left + " + " + right;
            case MINUS -> left + " - " + right;
            case TIMES -> left + " * " + right;
            case CONTAINS -> left + ".contains(" + of(binary.right()) + ")";
            case CONTAINS_ALL -> left + ".containsAll(" + of(binary.right()) + ")";
            case CONTAINS_ANY -> left + ".containsAny(" + of(binary.right()) + ")";
            case HAS_TAG -> left + ".hasTag(" + of(binary.right()) + ")";
            case GET_TAG -> left + ".getTag(" + of(binary.right()) + ")";
        };
    }
}
