package rein.policy.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import rein.policy.syntax.Expression.Variable;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * {@code context.a.b} or {@code resource.owner}: walks the request as it came, and turns only what
 * it finds at the end into a datum. Most conditions start with one of these, so that what is found
 * is kept for the next policy.
 *
 * @param place where the environment keeps it
 */
record AttributePath(Variable root, List<String> names, int place) implements Node {
    /** The place of a path that is not kept. */
    static final int NO_PLACE = -1;

    AttributePath {
        names = List.copyOf(names);
    }

    /** At least one name: a root alone is compiled to something else. */
    @Override
    public Datum evaluate(Environment environment) throws EvaluationException {
        if (place == NO_PLACE) {
            return Datum.of(walk(environment));
        }
        Datum found = environment.found(place);
        if (found == null) {
            found = Datum.of(walk(environment));
            environment.keep(place, found);
        }
        return found;
    }

    /** Whether what stands here has this attribute. An entity that is not known has nothing. */
    boolean has(Environment environment, String name) throws EvaluationException {
        if (!names.isEmpty()) {
            Value here = walk(environment);
            return here instanceof Value.Ref(EntityUid uid)
                    ? environment.entity(uid).filter(e -> hasAttribute(e, name)).isPresent()
                    : members(here, environment).containsKey(name);
        }
        return root == Variable.CONTEXT
                ? environment.context().containsKey(name)
                : rootEntity(environment).filter(e -> hasAttribute(e, name)).isPresent();
    }

    private static boolean hasAttribute(Entity entity, String name) {
        return entity.attributes().containsKey(name);
    }

    private Value walk(Environment environment) throws EvaluationException {
        Map<String, Value> members = rootMembers(environment);
        int last = names.size() - 1;
        for (int i = 0; ; i++) {
            Value member = members.get(names.get(i));
            if (member == null) {
                throw new EvaluationException(shown(i) + " has no attribute " + names.get(i));
            }
            if (i == last) {
                return member;
            }
            members = members(member, environment);
        }
    }

    private Map<String, Value> rootMembers(Environment environment) throws EvaluationException {
        if (root == Variable.CONTEXT) {
            return environment.context();
        }
        Optional<Entity> entity = rootEntity(environment);
        if (entity.isEmpty()) {
            throw new EvaluationException("the " + root.word() + " is not known");
        }
        return entity.get().attributes();
    }

    private Optional<Entity> rootEntity(Environment environment) {
        return switch (root) {
            case PRINCIPAL -> environment.entity(environment.principal());
            case ACTION -> environment.entity(environment.action());
            case RESOURCE -> environment.entity(environment.resource());
            case CONTEXT -> Optional.empty();
        };
    }

    private static Map<String, Value> members(Value value, Environment environment)
            throws EvaluationException {
        return switch (value) {
            case Value.Struct(Map<String, Value> members) -> members;
            case Value.Ref(EntityUid uid) ->
                    environment
                            .entity(uid)
                            .orElseThrow(() -> EntityLookup.absent(uid))
                            .attributes();
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
