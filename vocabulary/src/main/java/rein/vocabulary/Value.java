package rein.vocabulary;

import java.util.Map;
import java.util.Set;

/** A Cedar value as it enters a request: attributes of entities and members of the context. */
public sealed interface Value {
    record Bool(boolean value) implements Value {}

    record Int(long value) implements Value {}

    record Text(String value) implements Value {}

    record Ref(EntityUid uid) implements Value {}

    record SetOf(Set<Value> elements) implements Value {
        public SetOf {
            elements = Set.copyOf(elements);
        }
    }

    record Struct(Map<String, Value> members) implements Value {
        public Struct {
            members = Map.copyOf(members);
        }
    }

    /**
     * A call of an extension constructor with its text, for example {@code ip("10.0.0.1")}.
     *
     * @param constructor ip, decimal, datetime or duration
     */
    record Extension(String constructor, String argument) implements Value {}

    static Value of(String text) {
        return new Text(text);
    }

    static Value of(long number) {
        return new Int(number);
    }

    static Value of(boolean flag) {
        return new Bool(flag);
    }
}
