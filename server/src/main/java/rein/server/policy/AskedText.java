package rein.server.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import rein.gateway.DecisionBasis;
import rein.server.http.Json;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Value;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What policy was asked, as JSON that lies with the decision's record: the Cedar request in Cedar's
 * own JSON forms for entities and context, what was known of the run, and what was answered.
 */
public final class AskedText implements DecisionBasis {
    /** The content's name. */
    public static final String NAME = "cedar-request";

    /** Half of a record's content: a run's own policies beyond it are not kept. */
    static final int POLICIES_CHARS_MAX = 32 * 1024;

    private static final int VERSION = 1;

    /** Deeper than any value that a door makes. */
    private static final int DEPTH_MAX = 16;

    /**
     * What was asked, read back.
     *
     * @param whole whether the run's own policies are among it
     */
    public record Kept(
            Request request,
            String pack,
            List<PolicyText> policies,
            boolean whole,
            Set<String> taints,
            Decision.Outcome outcome,
            List<String> determining) {
        /** The blueprint of the agent that asked; empty text if it is in none. */
        String blueprint() {
            return request.entities().stream()
                    .filter(entity -> entity.uid().equals(request.principal()))
                    .flatMap(entity -> entity.parents().stream())
                    .filter(parent -> parent.type().equals("Blueprint"))
                    .map(EntityUid::id)
                    .findFirst()
                    .orElse("");
        }
    }

    @Override
    public Map<String, String> of(Asked asked) {
        Request request = asked.request();
        RunFacts facts = asked.facts();
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("v", VERSION);
        out.put("principal", uid(request.principal()));
        out.put("action", uid(request.action().uid()));
        out.put("resource", uid(request.resource()));
        out.put("context", struct(request.context()));
        out.put("entities", request.entities().stream().map(AskedText::entity).toList());
        out.put("pack", facts.pack());
        out.put("taints", new TreeSet<>(facts.taints()));
        long chars = facts.policies().stream().mapToLong(text -> text.text().length()).sum();
        boolean whole = chars <= POLICIES_CHARS_MAX;
        out.put("whole", whole);
        out.put("policies", whole ? facts.policies().stream().map(Texts::of).toList() : List.of());
        out.put("outcome", asked.policy().outcome().name());
        out.put("determining", asked.policy().policies());
        return Map.of(NAME, Json.MAPPER.writeValueAsString(out));
    }

    /** Empty if it is not what {@link #of} wrote, or was cut. */
    public static Optional<Kept> read(String json) {
        try {
            JsonNode node = Json.MAPPER.readTree(json);
            if (node.path("v").asInt(0) != VERSION) {
                return Optional.empty();
            }
            List<PolicyText> policies = new ArrayList<>();
            for (JsonNode each : node.path("policies")) {
                policies.add(Json.MAPPER.treeToValue(each, Texts.class).policyText());
            }
            return Optional.of(
                    new Kept(
                            request(node),
                            node.path("pack").stringValue(),
                            policies,
                            node.path("whole").booleanValue(),
                            new HashSet<>(strings(node.path("taints"))),
                            Decision.Outcome.valueOf(node.path("outcome").stringValue()),
                            strings(node.path("determining"))));
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The request in it.
     *
     * @throws IllegalArgumentException or JacksonException if it is none
     */
    static Request request(JsonNode node) {
        List<Entity> entities = new ArrayList<>();
        node.path("entities").forEach(each -> entities.add(entity(each)));
        return new Request(
                uid(node.path("principal")),
                new Action(uid(node.path("action")).id()),
                uid(node.path("resource")),
                context(node.path("context")),
                entities);
    }

    static Map<String, Value> context(JsonNode node) {
        return struct(node, 0);
    }

    private static List<String> strings(JsonNode array) {
        List<String> found = new ArrayList<>();
        array.forEach(each -> found.add(each.stringValue()));
        return found;
    }

    private static Map<String, String> uid(EntityUid uid) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("type", uid.type());
        out.put("id", uid.id());
        return out;
    }

    private static EntityUid uid(JsonNode node) {
        return new EntityUid(node.path("type").stringValue(), node.path("id").stringValue());
    }

    private static Map<String, Object> entity(Entity entity) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("uid", uid(entity.uid()));
        out.put("attrs", struct(entity.attributes()));
        out.put("parents", new TreeSet<>(entity.parents()).stream().map(AskedText::uid).toList());
        if (!entity.tags().isEmpty()) {
            out.put("tags", struct(entity.tags()));
        }
        return out;
    }

    private static Entity entity(JsonNode node) {
        Set<EntityUid> parents = new HashSet<>();
        node.path("parents").forEach(each -> parents.add(uid(each)));
        return new Entity(
                uid(node.path("uid")),
                struct(node.path("attrs"), 0),
                parents,
                struct(node.path("tags"), 0));
    }

    private static Map<String, Object> struct(Map<String, Value> members) {
        Map<String, Object> out = new TreeMap<>();
        members.forEach((name, value) -> out.put(name, value(value)));
        return out;
    }

    private static Object value(Value value) {
        return switch (value) {
            case Value.Bool(boolean flag) -> flag;
            case Value.Int(long number) -> number;
            case Value.Text(String text) -> text;
            case Value.Ref(EntityUid uid) -> Map.of("__entity", uid(uid));
            case Value.SetOf(Set<Value> elements) ->
                    elements.stream()
                            .map(AskedText::value)
                            .sorted(java.util.Comparator.comparing(Json.MAPPER::writeValueAsString))
                            .toList();
            case Value.Struct(Map<String, Value> members) -> struct(members);
            case Value.Extension(String constructor, String argument) -> {
                Map<String, String> call = new TreeMap<>();
                call.put("fn", constructor);
                call.put("arg", argument);
                yield Map.of("__extn", call);
            }
        };
    }

    private static Map<String, Value> struct(JsonNode node, int depth) {
        Map<String, Value> members = new HashMap<>();
        node.properties().forEach(e -> members.put(e.getKey(), value(e.getValue(), depth + 1)));
        return members;
    }

    private static Value value(JsonNode node, int depth) {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException("deeper than " + DEPTH_MAX);
        }
        if (node.isBoolean()) {
            return Value.of(node.booleanValue());
        }
        if (node.isIntegralNumber()) {
            return Value.of(node.longValue());
        }
        if (node.isString()) {
            return Value.of(node.stringValue());
        }
        if (node.isArray()) {
            Set<Value> elements = new HashSet<>();
            node.forEach(each -> elements.add(value(each, depth + 1)));
            return new Value.SetOf(elements);
        }
        if (node.has("__entity")) {
            return new Value.Ref(uid(node.path("__entity")));
        }
        if (node.has("__extn")) {
            JsonNode call = node.path("__extn");
            return new Value.Extension(
                    call.path("fn").stringValue(), call.path("arg").stringValue());
        }
        return new Value.Struct(struct(node, depth));
    }
}
