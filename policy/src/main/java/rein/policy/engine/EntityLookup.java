package rein.policy.engine;

import java.util.Map;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.policy.value.Quoting;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/** Attributes and tags of computed values, and membership. */
final class EntityLookup {
    private EntityLookup() {}

    static Datum attribute(Datum of, String name, Environment environment)
            throws EvaluationException {
        if (of instanceof Datum.Struct(Map<String, Datum> members)) {
            Datum member = members.get(name);
            if (member == null) {
                throw new EvaluationException("the record has no attribute " + name);
            }
            return member;
        }
        if (of instanceof Datum.Ref(EntityUid uid)) {
            Value value = entity(uid, environment).attributes().get(name);
            if (value == null) {
                throw new EvaluationException(Quoting.literal(uid) + " has no attribute " + name);
            }
            return Datum.of(value);
        }
        throw EvaluationException.expected("a record or an entity", of);
    }

    /** An entity that is not in the slice has nothing. */
    static boolean has(Datum of, String name, Environment environment) throws EvaluationException {
        if (of instanceof Datum.Struct(Map<String, Datum> members)) {
            return members.containsKey(name);
        }
        if (of instanceof Datum.Ref(EntityUid uid)) {
            return environment
                    .entity(uid)
                    .map(entity -> entity.attributes().containsKey(name))
                    .orElse(false);
        }
        throw EvaluationException.expected("a record or an entity", of);
    }

    static Datum tag(Datum of, Datum key, Environment environment) throws EvaluationException {
        EntityUid uid = of.asEntity();
        String name = key.asText();
        Value value = entity(uid, environment).tags().get(name);
        if (value == null) {
            throw new EvaluationException(
                    Quoting.literal(uid) + " has no tag " + Quoting.literal(name));
        }
        return Datum.of(value);
    }

    static boolean hasTag(Datum of, Datum key, Environment environment) throws EvaluationException {
        EntityUid uid = of.asEntity();
        String name = key.asText();
        return environment.entity(uid).map(e -> e.tags().containsKey(name)).orElse(false);
    }

    /** {@code left in right}, where right is an entity or a set of entities. */
    static boolean in(Datum left, Datum right, Environment environment) throws EvaluationException {
        EntityUid uid = left.asEntity();
        if (right instanceof Datum.Ref(EntityUid ancestor)) {
            return environment.lineage(uid).contains(ancestor);
        }
        if (right instanceof Datum.SetOf(var elements)) {
            // Every element is looked at, so that a set with anything else in it is an error.
            boolean found = false;
            for (Datum element : elements) {
                found |= environment.lineage(uid).contains(element.asEntity());
            }
            return found;
        }
        throw EvaluationException.expected("an entity or a set of entities", right);
    }

    static EvaluationException absent(EntityUid uid) {
        return new EvaluationException(Quoting.literal(uid) + " is not known");
    }

    private static Entity entity(EntityUid uid, Environment environment)
            throws EvaluationException {
        return environment.entity(uid).orElseThrow(() -> absent(uid));
    }
}
