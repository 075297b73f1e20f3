package rein.policy.schema;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import rein.policy.value.EvaluationException;
import rein.policy.value.ExtensionText;
import rein.policy.value.Quoting;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/**
 * Whether a request that was put together in this process keeps to a schema: then no policy that
 * the {@link Validator} has passed fails on it for a wrong type or a missing attribute.
 */
public final class RequestCheck {
    private final Schema schema;
    private final UidCheck uids;

    public RequestCheck(Schema schema) {
        this.schema = schema;
        this.uids = new UidCheck(schema);
    }

    /** What is wrong with it first, as a sentence without the full stop. */
    public Optional<String> wrong(Request request) {
        Optional<Schema.ActionType> found = schema.action(request.action().uid());
        if (found.isEmpty()) {
            return Optional.of("unknown action " + Quoting.literal(request.action().uid()));
        }
        Schema.ActionType action = found.get();
        String shown = Sentences.action(action.uid());
        if (!action.principals().contains(request.principal().type())) {
            return Optional.of(
                    Sentences.article(request.principal().type()) + " cannot ask for " + shown);
        }
        if (!action.resources().contains(request.resource().type())) {
            return Optional.of(
                    shown + " is never about " + Sentences.article(request.resource().type()));
        }
        return uids.wrong(request.principal())
                .or(() -> uids.wrong(request.resource()))
                .or(() ->
                        members(
                                "the context of " + shown,
                                request.context(),
                                action.context().attributes()))
                .or(() -> entities(request.entities()));
    }

    private Optional<String> entities(Iterable<Entity> entities) {
        for (Entity entity : entities) {
            Optional<String> wrong = entity(entity);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private Optional<String> entity(Entity entity) {
        EntityUid uid = entity.uid();
        Optional<String> wrong = uids.wrong(uid);
        if (wrong.isPresent()) {
            return wrong;
        }
        for (EntityUid parent : entity.parents()) {
            if (!schema.canBeIn(uid.type(), parent.type())) {
                return Optional.of(
                        Sentences.article(uid.type())
                                + " is never in "
                                + Sentences.article(parent.type()));
            }
        }
        Optional<Type> tags = schema.entityType(uid.type()).flatMap(Schema.EntityType::tags);
        for (Map.Entry<String, Value> tag : entity.tags().entrySet()) {
            if (tags.isEmpty() || !fits(tag.getValue(), tags.get())) {
                return Optional.of(
                        "the tag "
                                + Quoting.literal(tag.getKey())
                                + " of "
                                + Quoting.literal(uid)
                                + " does not fit");
            }
        }
        return members(Quoting.literal(uid), entity.attributes(), schema.attributesOf(uid.type()));
    }

    private Optional<String> members(
            String whose, Map<String, Value> values, SortedMap<String, Type.Attribute> declared) {
        for (Map.Entry<String, Type.Attribute> attribute : declared.entrySet()) {
            Value value = values.get(attribute.getKey());
            if (value == null && attribute.getValue().required()) {
                return Optional.of(whose + " lacks " + Quoting.shown(attribute.getKey()));
            }
            if (value != null && !fits(value, attribute.getValue().type())) {
                return Optional.of(
                        Quoting.shown(attribute.getKey())
                                + " of "
                                + whose
                                + " is not "
                                + attribute.getValue().type().shown());
            }
        }
        return values.keySet().stream()
                .filter(name -> !declared.containsKey(name))
                .sorted()
                .findFirst()
                .map(name -> whose + " has no attribute " + Quoting.shown(name));
    }

    private boolean fits(Value value, Type type) {
        return switch (value) {
            case Value.Bool _ -> type instanceof Type.Bool;
            case Value.Int _ -> type instanceof Type.Int;
            case Value.Text(String text) ->
                    type instanceof Type.Text(Set<String> words)
                            && (words.isEmpty() || words.contains(text));
            case Value.Ref(EntityUid uid) ->
                    type.equals(new Type.Ref(uid.type())) && uids.wrong(uid).isEmpty();
            case Value.SetOf(Set<Value> elements) ->
                    type instanceof Type.SetOf(Type element)
                            && elements.stream().allMatch(one -> fits(one, element));
            case Value.Struct(Map<String, Value> members) ->
                    type instanceof Type.Struct(SortedMap<String, Type.Attribute> attributes, _)
                            && members("", members, attributes).isEmpty();
            case Value.Extension(String constructor, String argument) ->
                    type instanceof Type.Extension extension
                            && extension.constructor().equals(constructor)
                            && isWellFormed(constructor, argument);
        };
    }

    private static boolean isWellFormed(String constructor, String argument) {
        try {
            ExtensionText.parse(constructor, argument);
            return true;
        } catch (EvaluationException _) {
            return false;
        }
    }
}
