package rein.policy.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Variable;
import rein.policy.value.Datum;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.Pattern;
import rein.vocabulary.EntityUid;
import tools.jackson.core.JsonGenerator;

/** An expression in Cedar's JSON format. */
final class ExpressionWriter {
    /**
     * Operands in a row of {@code &&}. More would nest so deep that other readers refuse it; {@code
     * &&} is associative, so that grouping changes nothing.
     */
    private static final int CHAIN_MAX = 40;

    private final JsonGenerator out;

    ExpressionWriter(JsonGenerator out) {
        this.out = out;
    }

    void write(Expression expression) {
        out.writeStartObject();
        switch (expression) {
            case Expression.Literal(_, Datum value) -> {
                out.writeName("Value");
                literal(value);
            }
            case Expression.Reference(_, Variable variable) ->
                    out.writeStringProperty("Var", variable.word());
            case Expression.If(_, Expression test, Expression then, Expression otherwise) -> {
                out.writeName("if-then-else").writeStartObject();
                member("if", test);
                member("then", then);
                member("else", otherwise);
                out.writeEndObject();
            }
            case Expression.And(_, List<Expression> parts) -> chain("&&", parts);
            case Expression.Or(_, List<Expression> parts) -> chain("||", parts);
            case Expression.Not(_, Expression of) -> argument("!", of);
            case Expression.Negate(_, Expression of) -> argument("neg", of);
            case Expression.IsEmpty(_, Expression of) -> argument("isEmpty", of);
            case Expression.Binary(_, var operator, Expression left, Expression right) -> {
                out.writeName(operator.word()).writeStartObject();
                member("left", left);
                member("right", right);
                out.writeEndObject();
            }
            case Expression.Attribute(_, Expression of, String name) -> named(".", of, name);
            case Expression.Has(_, Expression of, List<String> path) -> has(of, path);
            case Expression.Like(_, Expression of, Pattern pattern) -> {
                out.writeName("like").writeStartObject();
                member("left", of);
                out.writeName("pattern");
                pattern(pattern);
                out.writeEndObject();
            }
            case Expression.Is(_, Expression of, String type, Optional<Expression> in) -> {
                out.writeName("is").writeStartObject();
                member("left", of);
                out.writeStringProperty("entity_type", type);
                in.ifPresent(group -> member("in", group));
                out.writeEndObject();
            }
            case Expression.SetOf(_, List<Expression> elements) -> array("Set", elements);
            case Expression.Struct(_, Map<String, Expression> members) -> {
                out.writeName("Record").writeStartObject();
                members.forEach(this::member);
                out.writeEndObject();
            }
            case Expression.Call(_, ExtensionFunction function, List<Expression> arguments) ->
                    array(function.word(), arguments);
        }
        out.writeEndObject();
    }

    private void member(String name, Expression expression) {
        out.writeName(name);
        write(expression);
    }

    private void argument(String operator, Expression of) {
        out.writeName(operator).writeStartObject();
        member("arg", of);
        out.writeEndObject();
    }

    private void named(String operator, Expression of, String name) {
        out.writeName(operator).writeStartObject();
        member("left", of);
        out.writeStringProperty("attr", name);
        out.writeEndObject();
    }

    private void array(String name, List<Expression> elements) {
        out.writeName(name).writeStartArray();
        elements.forEach(this::write);
        out.writeEndArray();
    }

    /** Leaning to the left, as Cedar writes it; a long chain as a chain of chains. */
    private void chain(String operator, List<Expression> all) {
        List<Expression> parts = all;
        while (parts.size() > CHAIN_MAX) {
            parts = grouped(operator, parts);
        }
        int last = parts.size() - 1;
        out.writeName(operator).writeStartObject();
        for (int i = 1; i < last; i++) {
            out.writeName("left").writeStartObject();
            out.writeName(operator).writeStartObject();
        }
        member("left", parts.getFirst());
        for (int i = 1; i <= last; i++) {
            member("right", parts.get(i));
            out.writeEndObject();
            if (i < last) {
                out.writeEndObject();
            }
        }
    }

    private static List<Expression> grouped(String operator, List<Expression> parts) {
        List<Expression> groups = new ArrayList<>();
        for (int from = 0; from < parts.size(); from += CHAIN_MAX) {
            List<Expression> part = parts.subList(from, Math.min(from + CHAIN_MAX, parts.size()));
            Expression first = part.getFirst();
            if (part.size() == 1) {
                groups.add(first);
            } else if (operator.equals("&&")) {
                groups.add(new Expression.And(first.at(), part));
            } else {
                groups.add(new Expression.Or(first.at(), part));
            }
        }
        return groups;
    }

    /** The format has no path: {@code e has a.b} is written as {@code e has a && e.a has b}. */
    private void has(Expression of, List<String> path) {
        if (path.size() == 1) {
            named("has", of, path.getFirst());
            return;
        }
        chain("&&", HasPath.steps(of, path));
    }

    private void pattern(Pattern pattern) {
        out.writeStartArray();
        for (int point : pattern.points()) {
            if (point == Pattern.WILDCARD) {
                out.writeString("Wildcard");
            } else {
                out.writeStartObject();
                out.writeStringProperty("Literal", Character.toString(point));
                out.writeEndObject();
            }
        }
        out.writeEndArray();
    }

    private void literal(Datum value) {
        switch (value) {
            case Datum.Bool(boolean flag) -> out.writeBoolean(flag);
            case Datum.Int(long number) -> out.writeNumber(number);
            case Datum.Text(String text) -> out.writeString(text);
            case Datum.Ref(EntityUid uid) -> {
                out.writeStartObject();
                out.writeName("__entity");
                PolicyWriter.entity(out, uid);
                out.writeEndObject();
            }
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
