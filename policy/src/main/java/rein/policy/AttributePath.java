package rein.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import rein.policy.Expression.Variable;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * {@code context.a.b} or {@code resource.owner}: walks the request as it came, and turns only what
 * it finds at the end into a datum. Most conditions start with one of these.
 */
record AttributePath(Variable root, List<String> names) implements Node {
    AttributePath {
        names = List.copyOf(names);
    }

    AttributePath then(String name) {
        return new AttributePath(root, Stream.concat(names.stream(), Stream.of(name)).toList());
    }

    @Override
    public Datum evaluate(Environment environment) throws EvaluationException {
        return Datum.of(walk(environment));
    }

    /** Whether what stands here has this attribute. */
    boolean has(Environment environment, String name) throws EvaluationException {
        return members(walk(environment), environment)
                .map(members -> members.containsKey(name))
                .orElse(false);
    }

    private Value walk(Environment environment) throws EvaluationException {
        Value current = rootValue(environment);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Value here = current;
            Map<String, Value> members =
                    members(here, environment)
                            .orElseThrow(() -> EntityLookup.absent(((Value.Ref) here).uid()));
            Value member = members.get(name);
            if (member == null) {
                throw new EvaluationException(shown(i) + " has no attribute " + name);
            }
            current = member;
        }
        return current;
    }

    private Value rootValue(Environment environment) {
        return switch (root) {
            case PRINCIPAL -> new Value.Ref(environment.principal());
            case ACTION -> new Value.Ref(environment.action());
            case RESOURCE -> new Value.Ref(environment.resource());
            case CONTEXT -> new Value.Struct(environment.context());
        };
    }

    /** Empty for an entity that is not in the slice. */
    private static Optional<Map<String, Value>> members(Value value, Environment environment)
            throws EvaluationException {
        return switch (value) {
            case Value.Struct(Map<String, Value> members) -> Optional.of(members);
            case Value.Ref(EntityUid uid) -> environment.entity(uid).map(Entity::attributes);
            case Value.Bool _, Value.Int _, Value.Text _, Value.SetOf _, Value.Extension _ ->
                    throw EvaluationException.expected("a record or an entity", Datum.of(value));
        };
    }

    private String shown(int upTo) {
        return String.join(
                ".",
                Stream.concat(Stream.of(root.word()), names.subList(0, upTo).stream()).toList());
    }
}
