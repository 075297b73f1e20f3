package rein.policy.json;

import static rein.policy.json.Expected.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Operator;
import rein.policy.syntax.Expression.Variable;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Spelling;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.Pattern;
import rein.policy.value.Quoting;

/**
 * The body of a condition: each expression is an object with one member, named after its operator.
 *
 * <p>INVARIANT: as from the parser, the tree is at most {@link Bounds#NESTING_MAX} high; chains of
 * {@code &&} and {@code ||}, which lean to the left, become flat.
 */
final class ExpressionReader {
    private static final List<String> FORMS =
            List.of(
                    "Value",
                    "Var",
                    "Set",
                    "Record",
                    "&&",
                    "||",
                    "!",
                    "neg",
                    "isEmpty",
                    ".",
                    "has",
                    "like",
                    "is",
                    "if-then-else");

    private final Expected expected;
    private int depth;

    ExpressionReader(Expected expected) {
        this.expected = expected;
    }

    Expression read(Json json) throws PolicyException {
        if (++depth > Bounds.NESTING_MAX) {
            throw expected.tooLarge(
                    json.at(),
                    "this expression is nested deeper than " + Bounds.NESTING_MAX,
                    "split it into several conditions or policies");
        }
        Map<String, Json> members = expected.object(json, "an expression");
        if (members.size() != 1) {
            throw expected.syntax(
                    json.at(),
                    "an expression is an object with one member, found " + members.size(),
                    "as in {\"Var\": \"principal\"}");
        }
        Map.Entry<String, Json> only = members.entrySet().iterator().next();
        Expression read = form(json.at(), only.getKey(), only.getValue());
        depth--;
        return read;
    }

    private Expression form(Position at, String form, Json body) throws PolicyException {
        return switch (form) {
            case "Value" -> new ValueReader(expected).read(body, depth);
            case "Var" -> variable(at, body);
            case "Set" -> new Expression.SetOf(at, readAll(expected.array(body, "the elements")));
            case "Record" -> struct(at, body);
            case "&&" -> new Expression.And(at, chain("&&", body));
            case "||" -> new Expression.Or(at, chain("||", body));
            case "!" -> new Expression.Not(at, argument(body));
            case "neg" -> new Expression.Negate(at, argument(body));
            case "isEmpty" -> new Expression.IsEmpty(at, argument(body));
            case "." -> {
                Map<String, Json> members = members(body, "left", "attr");
                yield new Expression.Attribute(
                        at,
                        read(member(members, "left")),
                        expected.text(member(members, "attr"), "an attribute's name"));
            }
            case "has" -> {
                Map<String, Json> members = members(body, "left", "attr");
                yield new Expression.Has(
                        at,
                        read(member(members, "left")),
                        List.of(expected.text(member(members, "attr"), "an attribute's name")));
            }
            case "like" -> {
                Map<String, Json> members = members(body, "left", "pattern");
                yield new Expression.Like(
                        at, read(member(members, "left")), pattern(member(members, "pattern")));
            }
            case "is" -> is(at, body);
            case "if-then-else" -> {
                Map<String, Json> members = members(body, "if", "then", "else");
                yield new Expression.If(
                        at,
                        read(member(members, "if")),
                        read(member(members, "then")),
                        read(member(members, "else")));
            }
            default -> binaryOrCall(at, form, body);
        };
    }

    private Map<String, Json> members(Json json, String... names) throws PolicyException {
        return expected.object(json, "this expression", Set.of(names), Set.of());
    }

    private Expression argument(Json body) throws PolicyException {
        return read(member(members(body, "arg"), "arg"));
    }

    private List<Expression> readAll(List<Json> elements) throws PolicyException {
        List<Expression> read = new ArrayList<>(elements.size());
        for (Json element : elements) {
            read.add(read(element));
        }
        return List.copyOf(read);
    }

    private Expression variable(Position at, Json body) throws PolicyException {
        String word =
                expected.oneOf(
                        body,
                        "the variable",
                        List.of("principal", "action", "resource", "context"));
        for (Variable variable : Variable.values()) {
            if (variable.word().equals(word)) {
                return new Expression.Reference(at, variable);
            }
        }
        throw new IllegalStateException("no variable " + word);
    }

    private Expression struct(Position at, Json body) throws PolicyException {
        Map<String, Expression> members = new TreeMap<>();
        for (Map.Entry<String, Json> entry : expected.object(body, "a record").entrySet()) {
            members.put(entry.getKey(), read(entry.getValue()));
        }
        return new Expression.Struct(at, members);
    }

    /** From {@code (a && b) && c} the parts a, b, c; a chain may be longer than trees are high. */
    private List<Expression> chain(String operator, Json body) throws PolicyException {
        List<Expression> lastFirst = new ArrayList<>();
        Json rest = body;
        while (true) {
            Map<String, Json> members = members(rest, "left", "right");
            lastFirst.add(read(member(members, "right")));
            Json left = member(members, "left");
            if (left instanceof Json.Obj(_, Map<String, Json> inner)
                    && inner.size() == 1
                    && inner.containsKey(operator)) {
                rest = member(inner, operator);
            } else {
                lastFirst.add(read(left));
                return List.copyOf(lastFirst.reversed());
            }
        }
    }

    private Pattern pattern(Json json) throws PolicyException {
        List<Integer> points = new ArrayList<>();
        for (Json element : expected.array(json, "the parts of a pattern")) {
            if (element instanceof Json.Text) {
                expected.oneOf(element, "the part of a pattern", List.of("Wildcard"));
                points.add(Pattern.WILDCARD);
            } else {
                Json literal = member(members(element, "Literal"), "Literal");
                expected.text(literal, "literal text").codePoints().forEach(points::add);
            }
        }
        return new Pattern(points);
    }

    private Expression is(Position at, Json body) throws PolicyException {
        Map<String, Json> members =
                expected.object(body, "`is`", Set.of("left", "entity_type"), Set.of("in"));
        Expression left = read(member(members, "left"));
        String type = expected.type(member(members, "entity_type"));
        Optional<Expression> in = Optional.empty();
        if (members.containsKey("in")) {
            in = Optional.of(read(member(members, "in")));
        }
        return new Expression.Is(at, left, type, in);
    }

    private Expression binaryOrCall(Position at, String form, Json body) throws PolicyException {
        for (Operator operator : Operator.values()) {
            if (operator.word().equals(form)) {
                Map<String, Json> members = members(body, "left", "right");
                return new Expression.Binary(
                        at,
                        operator,
                        read(member(members, "left")),
                        read(member(members, "right")));
            }
        }
        Optional<ExtensionFunction> function =
                ExtensionFunction.find(form, true).or(() -> ExtensionFunction.find(form, false));
        if (function.isEmpty()) {
            throw expected.syntax(
                    at, "unknown operator " + Quoting.literal(form), Spelling.help(form, known()));
        }
        List<Json> arguments = expected.array(body, "the arguments of " + form);
        if (function.get().isMethod() && arguments.isEmpty()) {
            throw expected.syntax(at, form + " is a method", "its first argument is the subject");
        }
        return new Expression.Call(at, function.get(), readAll(arguments));
    }

    private static List<String> known() {
        List<String> known = new ArrayList<>(FORMS);
        for (Operator operator : Operator.values()) {
            known.add(operator.word());
        }
        known.addAll(ExtensionFunction.words(false));
        known.addAll(ExtensionFunction.words(true));
        return known;
    }
}
