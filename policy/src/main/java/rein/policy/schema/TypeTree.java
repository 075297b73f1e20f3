package rein.policy.schema;

import java.util.Map;
import rein.policy.syntax.Position;

/** A type as it was written; names are not resolved yet. */
sealed interface TypeTree {
    Position at();

    /** What a name may stand for. */
    enum Kind {
        /** A common type or an entity type, or one that is built in. */
        ANY,
        ENTITY,
        COMMON,
        /**
         * {@code Bool}, {@code Long}, {@code String}, also where the schema has hidden the word.
         */
        PRIMITIVE,
        /** {@code ipaddr} and the like, also where the schema has hidden the word. */
        EXTENSION
    }

    record Named(Position at, String path, Kind kind) implements TypeTree {}

    record SetOf(Position at, TypeTree element) implements TypeTree {}

    record Struct(Position at, Map<String, Member> members) implements TypeTree {}

    record Member(Position at, Map<String, String> annotations, boolean required, TypeTree type) {}
}
