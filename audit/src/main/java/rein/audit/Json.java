package rein.audit;

import static java.util.Collections.unmodifiableMap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A JSON value as it was stored; members that nobody knows are kept, in their order. */
public sealed interface Json {
    record Text(String value) implements Json {}

    /** A number, in the digits it was written with. */
    record Digits(String digits) implements Json {}

    record Flag(boolean value) implements Json {}

    record Nothing() implements Json {}

    record Array(List<Json> elements) implements Json {
        public Array {
            elements = List.copyOf(elements);
        }
    }

    record Struct(Map<String, Json> members) implements Json {
        public Struct {
            members = unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    /**
     * Parses one object.
     *
     * @throws IllegalArgumentException if it is not JSON, or not an object
     */
    static Struct parse(byte[] utf8) {
        try (JsonParser parser =
                JsonFactory.builder().build().createParser(ObjectReadContext.empty(), utf8)) {
            if (parser.nextToken() == JsonToken.START_OBJECT
                    && value(parser) instanceof Struct struct) {
                return struct;
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    private static Json value(JsonParser parser) {
        // The parser itself bounds the depth (StreamReadConstraints: 500).
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Json> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, value(parser));
                }
                yield new Struct(members);
            }
            case START_ARRAY -> {
                List<Json> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser));
                }
                yield new Array(elements);
            }
            case VALUE_STRING -> new Text(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Digits(parser.getString());
            case VALUE_TRUE -> new Flag(true);
            case VALUE_FALSE -> new Flag(false);
            case VALUE_NULL -> new Nothing();
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw new IllegalArgumentException("not a JSON value: " + token);
        };
    }
}
