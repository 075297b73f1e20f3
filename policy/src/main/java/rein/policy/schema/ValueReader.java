package rein.policy.schema;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import rein.policy.json.Json;
import rein.policy.syntax.Cursor;
import rein.policy.syntax.Lexer;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import rein.policy.syntax.Spelling;
import rein.policy.syntax.Token;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.ExtensionText;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * Cedar's JSON format of values, read by what the schema says is to stand there: a plain text
 * becomes an address, a decimal, a time or a duration where one is declared, an object with a type
 * and an id an entity. The explicit forms {@code __entity} and {@code __extn} are accepted too.
 */
final class ValueReader {
    /** What {@code datetime("…")} can write. */
    private static final long EPOCH_MILLIS_MIN =
            Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();

    private static final long EPOCH_MILLIS_MAX =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private static final DateTimeFormatter WRITTEN =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final String name;
    private final UidCheck uids;

    /**
     * @param name of the JSON text
     */
    ValueReader(String name, Schema schema) {
        this.name = name;
        this.uids = new UidCheck(schema);
    }

    Value value(Json json, Type type) throws PolicyException {
        return switch (type) {
            case Type.Bool _ -> {
                if (json instanceof Json.Bool(_, boolean flag)) {
                    yield Value.of(flag);
                }
                throw expected(json, "true or false");
            }
            case Type.Int _ -> number(json);
            case Type.Text text -> text(json, text);
            case Type.SetOf(Type element) -> set(json, element);
            case Type.Struct(SortedMap<String, Type.Attribute> attributes, _) ->
                    new Value.Struct(members(json, attributes, "the record"));
            case Type.Ref(String entityType) -> {
                EntityUid uid = uid(json);
                if (!uid.type().equals(entityType)) {
                    throw problem(
                            json.at(),
                            "expected "
                                    + Sentences.article(entityType)
                                    + ", found "
                                    + Sentences.article(uid.type()),
                            "");
                }
                yield new Value.Ref(uid);
            }
            case Type.Extension extension -> extension(json, extension);
        };
    }

    private Value number(Json json) throws PolicyException {
        if (json instanceof Json.Int(_, long number)) {
            return Value.of(number);
        }
        throw expected(json, "a whole number");
    }

    private Value text(Json json, Type.Text type) throws PolicyException {
        if (!(json instanceof Json.Text(Position at, String text))) {
            throw expected(json, "a string");
        }
        if (!type.words().isEmpty() && !type.words().contains(text)) {
            throw problem(
                    at, "it is never " + Quoting.literal(text), Spelling.help(text, type.words()));
        }
        return Value.of(text);
    }

    private Value set(Json json, Type type) throws PolicyException {
        if (!(json instanceof Json.Arr(_, List<Json> elements))) {
            throw expected(json, "an array");
        }
        Set<Value> values = new HashSet<>();
        for (Json element : elements) {
            values.add(value(element, type));
        }
        return new Value.SetOf(values);
    }

    /**
     * @param whose for messages
     */
    Map<String, Value> members(
            Json json, SortedMap<String, Type.Attribute> attributes, String whose)
            throws PolicyException {
        if (!(json instanceof Json.Obj(Position at, Map<String, Json> members))) {
            throw expected(json, "an object");
        }
        Map<String, Value> values = new LinkedHashMap<>();
        for (Map.Entry<String, Json> member : members.entrySet()) {
            Type.Attribute attribute = attributes.get(member.getKey());
            if (attribute == null) {
                throw problem(
                        member.getValue().at(),
                        whose + " has no attribute " + Quoting.shown(member.getKey()),
                        attributes.isEmpty()
                                ? "it has none"
                                : Spelling.help(member.getKey(), attributes.keySet()));
            }
            values.put(member.getKey(), value(member.getValue(), attribute.type()));
        }
        for (Map.Entry<String, Type.Attribute> attribute : attributes.entrySet()) {
            if (attribute.getValue().required() && !values.containsKey(attribute.getKey())) {
                throw problem(
                        at,
                        whose + " lacks " + Quoting.shown(attribute.getKey()),
                        "it is required");
            }
        }
        return values;
    }

    Map<String, Value> tags(Json json, Type type) throws PolicyException {
        if (!(json instanceof Json.Obj(_, Map<String, Json> members))) {
            throw expected(json, "an object");
        }
        Map<String, Value> tags = new LinkedHashMap<>();
        for (Map.Entry<String, Json> tag : members.entrySet()) {
            tags.put(tag.getKey(), value(tag.getValue(), type));
        }
        return tags;
    }

    /** {@code {"type": …, "id": …}}, the same in {@code __entity}, or {@code Type::"id"}. */
    EntityUid uid(Json json) throws PolicyException {
        EntityUid uid =
                json instanceof Json.Text(Position at, String text)
                        ? written(at, text)
                        : object(json);
        Optional<String> wrong = uids.wrong(uid);
        if (wrong.isPresent()) {
            throw problem(json.at(), wrong.get(), "");
        }
        return uid;
    }

    private EntityUid object(Json json) throws PolicyException {
        JsonMembers members = JsonMembers.of(name, json, "an entity");
        Optional<Json> inside = members.find("__entity");
        if (inside.isPresent()) {
            members.refuseOthers();
            members = JsonMembers.of(name, inside.get(), "an entity");
        }
        String type = members.text("type");
        String id = members.text("id");
        members.refuseOthers();
        if (type.isEmpty()) {
            throw problem(json.at(), "an entity needs a type", "");
        }
        return new EntityUid(type, id);
    }

    private EntityUid written(Position at, String text) throws PolicyException {
        try {
            Cursor cursor = new Cursor(name, Lexer.tokens(name, text));
            String type = cursor.path("an entity, as in Agent::\"x\"");
            cursor.expect("::", "and the entity's id in quotes");
            String id = cursor.string("the entity's id in quotes");
            if (cursor.peek().kind() != Token.Kind.END) {
                throw cursor.expected("nothing after the entity");
            }
            return new EntityUid(type, id);
        } catch (PolicyException e) {
            // Places inside the string mean nothing to whoever reads the JSON.
            throw problem(at, e.problem().message(), e.problem().help());
        }
    }

    private Value extension(Json json, Type.Extension type) throws PolicyException {
        if (json instanceof Json.Text(_, String text)) {
            return extension(json.at(), type, text);
        }
        JsonMembers members = JsonMembers.of(name, json, Sentences.article(type.word()));
        Optional<Json> inside = members.find("__extn");
        if (inside.isPresent()) {
            members.refuseOthers();
            members = JsonMembers.of(name, inside.get(), "an extension value");
        }
        String function = members.text("fn");
        if (type == Type.Extension.DATETIME && function.equals("offset")) {
            return offset(json.at(), members);
        }
        String argument = members.text("arg");
        members.refuseOthers();
        if (!function.equals(type.constructor())) {
            throw problem(
                    json.at(),
                    "expected " + type.word() + ", found " + Quoting.shown(function),
                    "");
        }
        return extension(json.at(), type, argument);
    }

    private Value extension(Position at, Type.Extension type, String argument)
            throws PolicyException {
        datum(at, type, argument);
        return new Value.Extension(type.constructor(), argument);
    }

    private Datum datum(Position at, Type.Extension type, String argument) throws PolicyException {
        try {
            return ExtensionText.parse(type.constructor(), argument);
        } catch (EvaluationException e) {
            throw problem(at, e.text(), "");
        }
    }

    /** Cedar writes a time as a distance from another: {@code offset(datetime, duration)}. */
    private Value offset(Position at, JsonMembers members) throws PolicyException {
        List<Json> arguments = members.array("args");
        members.refuseOthers();
        if (arguments.size() != 2) {
            throw problem(at, "offset takes a datetime and a duration", "");
        }
        Value from = extension(arguments.get(0), Type.Extension.DATETIME);
        Value distance = extension(arguments.get(1), Type.Extension.DURATION);
        try {
            Datum time =
                    ExtensionFunction.OFFSET.call(new Datum[] {Datum.of(from), Datum.of(distance)});
            if (time instanceof Datum.Datetime(long epochMillis)
                    && epochMillis >= EPOCH_MILLIS_MIN
                    && epochMillis <= EPOCH_MILLIS_MAX) {
                return new Value.Extension(
                        "datetime", WRITTEN.format(Instant.ofEpochMilli(epochMillis)));
            }
        } catch (EvaluationException e) {
            throw problem(at, e.text(), "");
        }
        throw problem(at, "this time is not in the years 0 to 9999", "");
    }

    private PolicyException expected(Json found, String what) {
        return JsonMembers.expected(name, found, what);
    }

    PolicyException problem(Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.MEANING, new Problem(name, at, message, help));
    }
}
