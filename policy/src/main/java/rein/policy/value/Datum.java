package rein.policy.value;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * A value during evaluation. Unlike {@link Value}, extension values are parsed here, so that two
 * spellings of one address are equal.
 */
public sealed interface Datum {
    record Bool(boolean value) implements Datum {
        public static final Bool TRUE = new Bool(true);
        public static final Bool FALSE = new Bool(false);

        public static Bool of(boolean value) {
            return value ? TRUE : FALSE;
        }
    }

    record Int(long value) implements Datum {}

    record Text(String value) implements Datum {}

    record Ref(EntityUid uid) implements Datum {}

    record SetOf(Set<Datum> elements) implements Datum {}

    record Struct(Map<String, Datum> members) implements Datum {}

    record Ip(IpRange range) implements Datum {}

    /** Four digits after the point. */
    record Decimal(long tenThousandths) implements Datum {}

    record Datetime(long epochMillis) implements Datum {}

    record Duration(long millis) implements Datum {}

    /**
     * What a request holds, as a datum.
     *
     * @throws EvaluationException if an extension value's text is not well formed
     */
    static Datum of(Value value) throws EvaluationException {
        return switch (value) {
            case Value.Bool(boolean flag) -> Bool.of(flag);
            case Value.Int(long number) -> new Int(number);
            case Value.Text(String text) -> new Text(text);
            case Value.Ref(EntityUid uid) -> new Ref(uid);
            case Value.SetOf(Set<Value> elements) -> {
                Set<Datum> set = HashSet.newHashSet(elements.size());
                for (Value element : elements) {
                    set.add(of(element));
                }
                yield new SetOf(set);
            }
            case Value.Struct(Map<String, Value> members) -> structOf(members);
            case Value.Extension(String constructor, String argument) ->
                    ExtensionText.parse(constructor, argument);
        };
    }

    static Struct structOf(Map<String, Value> members) throws EvaluationException {
        Map<String, Datum> struct = LinkedHashMap.newLinkedHashMap(members.size());
        for (Map.Entry<String, Value> member : members.entrySet()) {
            struct.put(member.getKey(), of(member.getValue()));
        }
        return new Struct(struct);
    }

    /** The type's name as Cedar's documentation writes it. */
    default String typeName() {
        return switch (this) {
            case Bool _ -> "Bool";
            case Int _ -> "Long";
            case Text _ -> "String";
            case Ref(EntityUid uid) -> "an entity of type " + uid.type();
            case SetOf _ -> "Set";
            case Struct _ -> "Record";
            case Ip _ -> "ipaddr";
            case Decimal _ -> "decimal";
            case Datetime _ -> "datetime";
            case Duration _ -> "duration";
        };
    }

    default boolean asBool() throws EvaluationException {
        if (this instanceof Bool(boolean value)) {
            return value;
        }
        throw EvaluationException.expected("Bool", this);
    }

    default long asLong() throws EvaluationException {
        if (this instanceof Int(long value)) {
            return value;
        }
        throw EvaluationException.expected("Long", this);
    }

    default String asText() throws EvaluationException {
        if (this instanceof Text(String value)) {
            return value;
        }
        throw EvaluationException.expected("String", this);
    }

    default EntityUid asEntity() throws EvaluationException {
        if (this instanceof Ref(EntityUid uid)) {
            return uid;
        }
        throw EvaluationException.expected("an entity", this);
    }

    default Set<Datum> asSet() throws EvaluationException {
        if (this instanceof SetOf(Set<Datum> elements)) {
            return elements;
        }
        throw EvaluationException.expected("Set", this);
    }
}
