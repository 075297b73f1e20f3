package rein.policy.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Expression;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Spelling;
import rein.policy.value.Datum;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.Quoting;

/**
 * The constants of an expression: booleans, Longs, strings, sets, records, and by an escape
 * entities ({@code {"__entity": …}}) and extension values ({@code {"__extn": …}}).
 */
final class ValueReader {
    private final Expected expected;

    ValueReader(Expected expected) {
        this.expected = expected;
    }

    /**
     * The constant as an expression.
     *
     * @param depth how deep the constant stands already
     */
    Expression read(Json json, int depth) throws PolicyException {
        if (depth > Bounds.NESTING_MAX) {
            throw expected.tooLarge(
                    json.at(), "this value is nested deeper than " + Bounds.NESTING_MAX, "");
        }
        return switch (json) {
            case Json.Bool(Position at, boolean value) ->
                    new Expression.Literal(at, Datum.Bool.of(value));
            case Json.Int(Position at, long value) ->
                    new Expression.Literal(at, new Datum.Int(value));
            case Json.Text(Position at, String value) ->
                    new Expression.Literal(at, new Datum.Text(value));
            case Json.Arr(Position at, List<Json> elements) -> {
                List<Expression> read = new ArrayList<>(elements.size());
                for (Json element : elements) {
                    read.add(read(element, depth + 1));
                }
                yield new Expression.SetOf(at, List.copyOf(read));
            }
            case Json.Obj(Position at, Map<String, Json> members) -> object(at, members, depth);
            case Json.Null _ -> throw expected.wrong(json, "a value");
        };
    }

    private Expression object(Position at, Map<String, Json> members, int depth)
            throws PolicyException {
        if (members.size() == 1 && members.containsKey("__entity")) {
            return new Expression.Literal(
                    at, new Datum.Ref(expected.entity(Expected.member(members, "__entity"))));
        }
        if (members.size() == 1 && members.containsKey("__extn")) {
            return extension(at, Expected.member(members, "__extn"));
        }
        Map<String, Expression> read = new TreeMap<>();
        for (Map.Entry<String, Json> member : members.entrySet()) {
            read.put(member.getKey(), read(member.getValue(), depth + 1));
        }
        return new Expression.Struct(at, read);
    }

    private Expression extension(Position at, Json json) throws PolicyException {
        Map<String, Json> members =
                expected.object(json, "an extension value", Set.of("fn", "arg"), Set.of());
        Json fn = Expected.member(members, "fn");
        String word = expected.text(fn, "a function");
        Optional<ExtensionFunction> function = ExtensionFunction.find(word, false);
        if (function.isEmpty()) {
            throw expected.syntax(
                    fn.at(),
                    "unknown function " + Quoting.literal(word),
                    Spelling.help(word, ExtensionFunction.words(false)));
        }
        Json arg = Expected.member(members, "arg");
        Datum text = new Datum.Text(expected.text(arg, "the function's argument"));
        return new Expression.Call(
                at, function.get(), List.of(new Expression.Literal(arg.at(), text)));
    }
}
