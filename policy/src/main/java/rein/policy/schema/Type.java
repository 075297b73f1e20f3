package rein.policy.schema;

import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a value can be: the types of Cedar's validator in its strict mode. Common types are
 * expanded, names are whole.
 *
 * <p>INVARIANT: a type of a {@link Schema} has at most {@link SchemaBounds#TYPE_PARTS_MAX} parts
 * and {@link SchemaBounds#DEPTH_MAX} levels, so that whoever walks it may recurse.
 */
public sealed interface Type {
    /** True and False are the types of what is known before a request comes. */
    enum Bool implements Type {
        ANY,
        TRUE,
        FALSE;

        public static Bool of(boolean value) {
            return value ? TRUE : FALSE;
        }
    }

    enum Int implements Type {
        LONG
    }

    /**
     * A String.
     *
     * @param words the only texts that it can be; empty: any. An addition of ours to Cedar's types,
     *     from the annotation {@code @words}; no rule of Cedar's asks for it.
     */
    record Text(SortedSet<String> words) implements Type {
        public static final Text ANY = new Text(Collections.emptySortedSet());

        public Text {
            words = Collections.unmodifiableSortedSet(new TreeSet<>(words));
        }
    }

    record SetOf(Type element) implements Type {}

    /**
     * A record.
     *
     * @param unserved names that mean something and that nothing fills in this version, with the
     *     reason ({@code @unserved("…")}); for whoever reads it they are not there
     */
    record Struct(SortedMap<String, Attribute> attributes, SortedMap<String, String> unserved)
            implements Type {
        public Struct {
            attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
            unserved = Collections.unmodifiableSortedMap(new TreeMap<>(unserved));
        }

        public Struct(SortedMap<String, Attribute> attributes) {
            this(attributes, Collections.emptySortedMap());
        }
    }

    /** An entity of one type. */
    record Ref(String entityType) implements Type {}

    /** Cedar's extension types. */
    enum Extension implements Type {
        IPADDR("ipaddr", "ip"),
        DECIMAL("decimal", "decimal"),
        DATETIME("datetime", "datetime"),
        DURATION("duration", "duration");

        private final String word;
        private final String constructor;

        Extension(String word, String constructor) {
            this.word = word;
            this.constructor = constructor;
        }

        public String word() {
            return word;
        }

        /** The function that makes one of a text. */
        public String constructor() {
            return constructor;
        }

        public static Optional<Extension> named(String word) {
            return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
        }
    }

    /** A member of a record, of an entity or of a context. */
    record Attribute(Type type, boolean required) {}

    /** As a schema writes it. */
    default String shown() {
        return switch (this) {
            case Bool _ -> "Bool";
            case Int _ -> "Long";
            case Text(_) -> "String";
            case SetOf(Type element) -> "Set<" + element.shown() + ">";
            case Struct(SortedMap<String, Attribute> attributes, _) ->
                    attributes.isEmpty()
                            ? "an empty record"
                            : "a record of " + String.join(", ", attributes.keySet());
            case Ref(String entityType) -> entityType;
            case Extension extension -> extension.word();
        };
    }

    /**
     * The least type that holds the values of both; empty where strict validation allows none to be
     * mixed with the other.
     */
    static Optional<Type> join(Type left, Type right) {
        return switch (left) {
            case Bool flag ->
                    right instanceof Bool other
                            ? Optional.of(flag == other ? flag : Bool.ANY)
                            : Optional.empty();
            case Text text -> right instanceof Text other ? words(text, other) : Optional.empty();
            case SetOf(Type element) ->
                    right instanceof SetOf(Type other)
                            ? join(element, other).map(SetOf::new)
                            : Optional.empty();
            case Struct struct ->
                    right instanceof Struct other ? joinAll(struct, other) : Optional.empty();
            case Int _, Ref(_), Extension _ ->
                    left.equals(right) ? Optional.of(left) : Optional.empty();
        };
    }

    private static Optional<Type> words(Text left, Text right) {
        if (left.words().isEmpty() || right.words().isEmpty()) {
            return Optional.of(Text.ANY);
        }
        SortedSet<String> words = new TreeSet<>(left.words());
        words.addAll(right.words());
        return Optional.of(new Text(words));
    }

    private static Optional<Type> joinAll(Struct left, Struct right) {
        if (!left.attributes().keySet().equals(right.attributes().keySet())) {
            return Optional.empty();
        }
        SortedMap<String, Attribute> joined = new TreeMap<>();
        for (String name : left.attributes().keySet()) {
            Attribute one = left.attributes().get(name);
            Attribute other = right.attributes().get(name);
            if (one == null || other == null || one.required() != other.required()) {
                return Optional.empty();
            }
            Optional<Type> type = join(one.type(), other.type());
            if (type.isEmpty()) {
                return Optional.empty();
            }
            joined.put(name, new Attribute(type.get(), one.required()));
        }
        return Optional.of(new Struct(joined));
    }
}
