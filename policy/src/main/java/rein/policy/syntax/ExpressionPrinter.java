package rein.policy.syntax;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.policy.syntax.Expression.Operator;
import rein.policy.syntax.Expression.Variable;
import rein.policy.value.Datum;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.Pattern;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * An expression as text, with brackets only where the grammar needs them. Recursion is bounded by
 * {@link Bounds#NESTING_MAX}, the height of every tree.
 */
final class ExpressionPrinter {
    /** How tightly an expression binds; one that binds less than its place asks gets brackets. */
    private enum Binding {
        IF,
        OR,
        AND,
        RELATION,
        SUM,
        PRODUCT,
        UNARY,
        MEMBER
    }

    private final StringBuilder out = new StringBuilder();

    String print(Expression expression) {
        print(expression, Binding.IF);
        return out.toString();
    }

    private void print(Expression expression, Binding least) {
        boolean brackets = binding(expression).compareTo(least) < 0;
        if (brackets) {
            out.append('(');
        }
        bare(expression);
        if (brackets) {
            out.append(')');
        }
    }

    private static Binding binding(Expression expression) {
        return switch (expression) {
            case Expression.If _ -> Binding.IF;
            case Expression.Or _ -> Binding.OR;
            case Expression.And _ -> Binding.AND;
            case Expression.Has _, Expression.Like _, Expression.Is _ -> Binding.RELATION;
            case Expression.Not _, Expression.Negate _ -> Binding.UNARY;
            // A number before a point or after a sign is bracketed, so that it stays a number.
            case Expression.Literal(_, Datum value) ->
                    value instanceof Datum.Int ? Binding.UNARY : Binding.MEMBER;
            case Expression.Binary(_, Operator operator, _, _) ->
                    switch (operator) {
                        case EQUAL, UNEQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, IN ->
                                Binding.RELATION;
                        case PLUS, MINUS -> Binding.SUM;
                        case TIMES -> Binding.PRODUCT;
                        case CONTAINS, CONTAINS_ALL, CONTAINS_ANY, HAS_TAG, GET_TAG ->
                                Binding.MEMBER;
                    };
            case Expression.Reference _,
                    Expression.IsEmpty _,
                    Expression.Attribute _,
                    Expression.SetOf _,
                    Expression.Struct _,
                    Expression.Call _ ->
                    Binding.MEMBER;
        };
    }

    private void bare(Expression expression) {
        switch (expression) {
            case Expression.Literal(_, Datum value) -> literal(value);
            case Expression.Reference(_, Variable variable) -> out.append(variable.word());
            case Expression.If(_, Expression test, Expression then, Expression otherwise) -> {
                out.append("if ");
                print(test, Binding.IF);
                out.append(" then ");
                print(then, Binding.IF);
                out.append(" else ");
                print(otherwise, Binding.IF);
            }
            case Expression.And(_, List<Expression> parts) -> join(parts, " && ", Binding.RELATION);
            case Expression.Or(_, List<Expression> parts) -> join(parts, " || ", Binding.AND);
            case Expression.Not(_, Expression of) -> unary('!', of);
            case Expression.Negate(_, Expression of) -> unary('-', of);
            case Expression.IsEmpty(_, Expression of) -> {
                print(of, Binding.MEMBER);
                out.append(".isEmpty()");
            }
            case Expression.Binary binary -> binary(binary);
            case Expression.Attribute(_, Expression of, String name) -> {
                print(of, Binding.MEMBER);
                if (Names.isIdentifier(name)) {
                    out.append('.').append(name);
                } else {
                    out.append('[').append(Quoting.literal(name)).append(']');
                }
            }
            case Expression.Has(_, Expression of, List<String> path) -> {
                print(of, Binding.SUM);
                String first = path.getFirst();
                boolean plain = path.size() > 1 || Names.isIdentifier(first);
                out.append(" has ").append(plain ? String.join(".", path) : Quoting.literal(first));
            }
            case Expression.Like(_, Expression of, Pattern pattern) -> {
                print(of, Binding.SUM);
                out.append(" like ").append(Quoting.literal(pattern));
            }
            case Expression.Is(_, Expression of, String type, Optional<Expression> in) -> {
                print(of, Binding.SUM);
                out.append(" is ").append(type);
                in.ifPresent(group -> {
                    out.append(" in ");
                    print(group, Binding.SUM);
                });
            }
            case Expression.SetOf(_, List<Expression> elements) -> {
                out.append('[');
                join(elements, ", ", Binding.IF);
                out.append(']');
            }
            case Expression.Struct(_, Map<String, Expression> members) -> struct(members);
            case Expression.Call(_, ExtensionFunction function, List<Expression> arguments) ->
                    call(function, arguments);
        }
    }

    private void join(List<Expression> parts, String between, Binding least) {
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                out.append(between);
            }
            print(parts.get(i), least);
        }
    }

    private void unary(char sign, Expression of) {
        out.append(sign);
        print(of, Binding.MEMBER);
    }

    private void binary(Expression.Binary binary) {
        Operator operator = binary.operator();
        Binding own = binding(binary);
        if (own == Binding.MEMBER) {
            print(binary.left(), Binding.MEMBER);
            out.append('.').append(operator.word()).append('(');
            print(binary.right(), Binding.IF);
            out.append(')');
            return;
        }
        // Comparisons do not chain; sums and products do, to the left.
        boolean chains = own != Binding.RELATION;
        print(binary.left(), chains ? own : Binding.SUM);
        out.append(' ').append(operator.word()).append(' ');
        print(binary.right(), own == Binding.PRODUCT ? Binding.UNARY : after(own));
    }

    private static Binding after(Binding binding) {
        return EnumSet.complementOf(EnumSet.range(Binding.IF, binding)).iterator().next();
    }

    private void struct(Map<String, Expression> members) {
        out.append('{');
        String between = "";
        for (Map.Entry<String, Expression> member : members.entrySet()) {
            String name = member.getKey();
            out.append(between);
            out.append(Names.isIdentifier(name) ? name : Quoting.literal(name)).append(": ");
            print(member.getValue(), Binding.IF);
            between = ", ";
        }
        out.append('}');
    }

    private void call(ExtensionFunction function, List<Expression> arguments) {
        List<Expression> inBrackets = arguments;
        if (function.isMethod()) {
            print(arguments.getFirst(), Binding.MEMBER);
            out.append('.');
            inBrackets = arguments.subList(1, arguments.size());
        }
        out.append(function.word()).append('(');
        join(inBrackets, ", ", Binding.IF);
        out.append(')');
    }

    private void literal(Datum value) {
        switch (value) {
            case Datum.Bool(boolean flag) -> out.append(flag);
            case Datum.Int(long number) -> out.append(number);
            case Datum.Text(String text) -> out.append(Quoting.literal(text));
            case Datum.Ref(EntityUid uid) -> out.append(Quoting.literal(uid));
            case Datum.SetOf _,
                    Datum.Struct _,
                    Datum.Ip _,
                    Datum.Decimal _,
                    Datum.Datetime _,
                    Datum.Duration _ ->
                    throw new IllegalStateException("no parser makes a literal of " + value);
        }
    }
}
