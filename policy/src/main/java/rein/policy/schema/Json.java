package rein.policy.schema;

import java.util.List;
import java.util.Map;
import rein.policy.syntax.Position;

/** A JSON text (RFC 8259) as a tree; each part knows where it stands. */
public sealed interface Json {
    Position at();

    record Obj(Position at, Map<String, Json> members) implements Json {}

    record Arr(Position at, List<Json> elements) implements Json {}

    record Str(Position at, String value) implements Json {}

    /**
     * A number.
     *
     * @param text as it was written
     */
    record Num(Position at, String text) implements Json {}

    record Bool(Position at, boolean value) implements Json {}

    record Null(Position at) implements Json {}

    /** How a message names it. */
    default String shown() {
        return switch (this) {
            case Obj _ -> "an object";
            case Arr _ -> "an array";
            case Str _ -> "a string";
            case Num(_, String text) -> "the number " + text;
            case Bool(_, boolean value) -> String.valueOf(value);
            case Null _ -> "null";
        };
    }
}
