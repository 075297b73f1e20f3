package rein.policy.json;

import java.util.List;
import java.util.Map;
import rein.policy.syntax.Position;

/** A JSON value that knows where it stands. Numbers are Longs: Cedar has no others. */
public sealed interface Json {
    Position at();

    /** Members in the order of the text; no name twice. */
    record Obj(Position at, Map<String, Json> members) implements Json {}

    record Arr(Position at, List<Json> elements) implements Json {}

    record Text(Position at, String value) implements Json {}

    record Int(Position at, long value) implements Json {}

    record Bool(Position at, boolean value) implements Json {}

    record Null(Position at) implements Json {}

    /** How a message names it. */
    default String shown() {
        return switch (this) {
            case Obj _ -> "an object";
            case Arr _ -> "an array";
            case Text _ -> "a string";
            case Int _ -> "a number";
            case Bool _ -> "a boolean";
            case Null _ -> "null";
        };
    }
}
