package rein.policy.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Text to {@link Json}, without recursion: a long chain of {@code &&} is a deep tree in Cedar's
 * JSON format. Refused: a text above {@link #CHARS_MAX} or {@link #NESTING_MAX}, a name twice in an
 * object, numbers that are no Long, text that is no Unicode.
 */
public final class JsonText {
    /** Two levels for each operand of a chain, at each level of the highest tree. */
    static final int NESTING_MAX = 30_000;

    /** A text of ordinary size takes some times as much room in JSON. */
    static final int CHARS_MAX = 8 * Bounds.TEXT_CHARS_MAX;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(NESTING_MAX)
                                    .maxDocumentLength(CHARS_MAX)
                                    .maxStringLength(CHARS_MAX)
                                    .maxNameLength(CHARS_MAX)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private final String name;
    private final JsonParser parser;
    private final int nestingMax;
    private final Deque<Open> open = new ArrayDeque<>();

    /** An object or an array whose end has not come yet. */
    private static final class Open {
        private final Position at;
        private final boolean object;
        private final Map<String, Json> members = new LinkedHashMap<>();
        private final List<Json> elements = new ArrayList<>();
        private String next = "";

        Open(Position at, boolean object) {
            this.at = at;
            this.object = object;
        }

        void add(Json value) {
            if (object) {
                members.put(next, value);
            } else {
                elements.add(value);
            }
        }

        Json closed() {
            return object ? new Json.Obj(at, members) : new Json.Arr(at, elements);
        }
    }

    private JsonText(String name, JsonParser parser, int nestingMax) {
        this.name = name;
        this.parser = parser;
        this.nestingMax = nestingMax;
    }

    /**
     * The one value that the text holds.
     *
     * @param name of the text, for problems
     */
    public static Json parse(String name, String text) throws PolicyException {
        return parse(name, text, NESTING_MAX);
    }

    /**
     * The same for a reader that recurses.
     *
     * @param nestingMax objects and arrays in each other, at most {@value #NESTING_MAX}
     */
    public static Json parse(String name, String text, int nestingMax) throws PolicyException {
        if (text.length() > CHARS_MAX) {
            throw new PolicyException(
                    PolicyException.Code.TOO_LARGE,
                    new Problem(
                            name,
                            new Position(1, 1),
                            "the text has " + text.length() + " characters",
                            "at most " + CHARS_MAX + " are accepted; split it"));
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            return new JsonText(name, parser, nestingMax).whole();
        } catch (JacksonException e) {
            throw new PolicyException(
                    PolicyException.Code.SYNTAX,
                    new Problem(
                            name,
                            position(e.getLocation()),
                            "this is not JSON: " + firstLine(e.getOriginalMessage()),
                            ""));
        }
    }

    private Json whole() throws PolicyException {
        Optional<Json> value = Optional.empty();
        while (value.isEmpty()) {
            value = step(parser.nextToken());
        }
        if (parser.nextToken() != null) {
            throw refused("the text goes on after its value", "one text holds one value");
        }
        return value.get();
    }

    /** Takes one token; the value of the text once that is whole. */
    private Optional<Json> step(@Nullable JsonToken token) throws PolicyException {
        if (token == null) {
            throw refused("the text ends too early", "");
        }
        Position at = position(parser.currentTokenLocation());
        return switch (token) {
            case START_OBJECT, START_ARRAY -> {
                open.push(new Open(at, token == JsonToken.START_OBJECT));
                if (open.size() > nestingMax) {
                    throw new PolicyException(
                            PolicyException.Code.TOO_LARGE,
                            new Problem(name, at, "this is nested deeper than " + nestingMax, ""));
                }
                yield Optional.empty();
            }
            case END_OBJECT, END_ARRAY -> add(open.pop().closed());
            case PROPERTY_NAME -> {
                open.element().next = unicode(parser.currentName());
                yield Optional.empty();
            }
            case VALUE_STRING -> add(new Json.Text(at, unicode(parser.getString())));
            case VALUE_NUMBER_INT -> add(new Json.Int(at, parser.getLongValue()));
            case VALUE_NUMBER_FLOAT ->
                    throw refused("Cedar has no fractions", "use decimal(\"1.5\")");
            case VALUE_TRUE -> add(new Json.Bool(at, true));
            case VALUE_FALSE -> add(new Json.Bool(at, false));
            case VALUE_NULL -> add(new Json.Null(at));
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new IllegalStateException("no text has a " + token);
        };
    }

    private Optional<Json> add(Json value) {
        if (open.isEmpty()) {
            return Optional.of(value);
        }
        open.element().add(value);
        return Optional.empty();
    }

    /** Half of a surrogate pair can be escaped in JSON, but nowhere else. */
    private String unicode(String text) throws PolicyException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw refused("half a surrogate pair in a string", "");
            }
        }
        return text;
    }

    private PolicyException refused(String message, String help) {
        return new PolicyException(
                PolicyException.Code.SYNTAX,
                new Problem(name, position(parser.currentTokenLocation()), message, help));
    }

    private static Position position(@Nullable TokenStreamLocation location) {
        return location == null
                ? new Position(1, 1)
                : new Position(
                        Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }

    /** The library's messages go on with advice for programmers. */
    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
