package rein.policy.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;
import tools.jackson.databind.JsonNode;

/** Cedar's JSON formats for entities and requests, as the corpora use them. */
final class CedarJson {
    private CedarJson() {}

    static List<Entity> entities(JsonNode array) {
        List<Entity> entities = new ArrayList<>();
        for (JsonNode entity : array) {
            Set<EntityUid> parents = new HashSet<>();
            entity.path("parents").forEach(parent -> parents.add(uid(parent)));
            entities.add(
                    new Entity(
                            uid(entity.path("uid")),
                            members(entity.path("attrs")),
                            parents,
                            members(entity.path("tags"))));
        }
        return entities;
    }

    static Environment environment(JsonNode request, List<Entity> entities) {
        return new Environment(
                uid(request.path("principal")),
                uid(request.path("action")),
                uid(request.path("resource")),
                members(request.path("context")),
                entities);
    }

    static EntityUid uid(JsonNode node) {
        JsonNode inner = node.has("__entity") ? node.path("__entity") : node;
        return new EntityUid(inner.path("type").asString(), inner.path("id").asString());
    }

    static Map<String, Value> members(JsonNode object) {
        Map<String, Value> members = new HashMap<>();
        object.properties().forEach(p -> members.put(p.getKey(), value(p.getValue())));
        return members;
    }

    static Value value(JsonNode node) {
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
            node.forEach(element -> elements.add(value(element)));
            return new Value.SetOf(elements);
        }
        if (node.has("__entity")) {
            return new Value.Ref(uid(node));
        }
        if (node.has("__extn")) {
            JsonNode call = node.path("__extn");
            return new Value.Extension(call.path("fn").asString(), call.path("arg").asString());
        }
        if (node.isObject()) {
            return new Value.Struct(members(node));
        }
        throw new IllegalArgumentException("not a Cedar value: " + node);
    }
}
