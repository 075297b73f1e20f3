package rein.policy.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Operator;

/**
 * That something has an attribute or a tag, as a {@code has} before has found out.
 *
 * @param of the expression that has it, without its places in the text
 * @param what the attribute's name, or the expression that gives the tag's name
 */
record Fact(Object of, Object what, boolean tag) {
    static Fact attribute(Expression of, String name) {
        return new Fact(outline(of), name, false);
    }

    static Fact tag(Expression of, Expression name) {
        return new Fact(outline(of), outline(name), true);
    }

    /**
     * The same for two expressions that are the same but for where they stand and how they are
     * written: {@code a > b} is {@code !(a <= b)}.
     */
    private static Object outline(Expression expression) {
        return switch (expression) {
            case Expression.Literal literal -> literal.value();
            case Expression.Reference reference -> reference.variable();
            case Expression.If(_, Expression test, Expression then, Expression otherwise) ->
                    List.of("if", outline(test), outline(then), outline(otherwise));
            case Expression.And(_, List<Expression> parts) -> chain("and", parts);
            case Expression.Or(_, List<Expression> parts) -> chain("or", parts);
            case Expression.Not(_, Expression of) -> List.of("not", outline(of));
            case Expression.Negate(_, Expression of) -> List.of("negate", outline(of));
            case Expression.IsEmpty(_, Expression of) -> List.of("isEmpty", outline(of));
            case Expression.Binary binary -> binary(binary);
            case Expression.Attribute(_, Expression of, String name) ->
                    List.of("attribute", outline(of), name);
            case Expression.Has(_, Expression of, List<String> path) -> has(outline(of), path);
            case Expression.Like like -> List.of("like", outline(like.of()), like.pattern());
            case Expression.Is is -> is(is);
            case Expression.SetOf(_, List<Expression> elements) -> all("set", elements);
            case Expression.Struct(_, Map<String, Expression> members) ->
                    List.of("record", members.keySet(), all("", List.copyOf(members.values())));
            case Expression.Call(_, var function, List<Expression> arguments) ->
                    List.of("call", function, all("", arguments));
        };
    }

    private static Object chain(String operator, List<Expression> parts) {
        Object whole = outline(parts.getFirst());
        for (Expression part : parts.subList(1, parts.size())) {
            whole = List.of(operator, whole, outline(part));
        }
        return whole;
    }

    private static Object binary(Expression.Binary binary) {
        Object left = outline(binary.left());
        Object right = outline(binary.right());
        return switch (binary.operator()) {
            case UNEQUAL -> List.of("not", List.of(Operator.EQUAL, left, right));
            case GREATER -> List.of("not", List.of(Operator.LESS_OR_EQUAL, left, right));
            case GREATER_OR_EQUAL -> List.of("not", List.of(Operator.LESS, left, right));
            case EQUAL,
                    LESS,
                    LESS_OR_EQUAL,
                    IN,
                    PLUS,
                    MINUS,
                    TIMES,
                    CONTAINS,
                    CONTAINS_ALL,
                    CONTAINS_ANY,
                    HAS_TAG,
                    GET_TAG ->
                    List.of(binary.operator(), left, right);
        };
    }

    private static Object has(Object of, List<String> path) {
        Object whole = List.of("has", of, path.getFirst());
        Object here = of;
        for (int i = 1; i < path.size(); i++) {
            here = List.of("attribute", here, path.get(i - 1));
            whole = List.of("and", whole, List.of("has", here, path.get(i)));
        }
        return whole;
    }

    private static Object is(Expression.Is is) {
        Object of = outline(is.of());
        Object type = List.of("is", of, is.type());
        return is.in()
                .map(in -> (Object) List.of("and", type, List.of(Operator.IN, of, outline(in))))
                .orElse(type);
    }

    private static Object all(String what, List<Expression> expressions) {
        List<Object> outlines = new ArrayList<>();
        outlines.add(what);
        expressions.forEach(expression -> outlines.add(outline(expression)));
        return outlines;
    }
}
