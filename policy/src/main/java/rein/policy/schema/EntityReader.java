package rein.policy.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import rein.policy.json.Json;
import rein.policy.json.JsonText;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import rein.policy.value.Quoting;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * Cedar's JSON format of entities, read by a schema. Refused are unknown types, attributes and
 * members, missing attributes, ids that an enumerated type does not have, parents that the schema
 * does not allow, an entity twice and one that is in itself. Actions come from the schema, and need
 * not be named.
 */
public final class EntityReader {
    private final Schema schema;

    public EntityReader(Schema schema) {
        this.schema = schema;
    }

    /**
     * All entities of the text and all actions of the schema, with their direct parents.
     *
     * @param name of the text, for messages
     */
    public List<Entity> read(String name, String text) throws PolicyException {
        return new Reading(name).entities(JsonText.parse(name, text, SchemaBounds.DEPTH_MAX));
    }

    /** The entities that the schema's actions are. */
    List<Entity> actions() {
        List<Entity> actions = new ArrayList<>();
        schema.actions().forEach((uid, action) -> actions.add(new Entity(uid, action.parents())));
        return actions;
    }

    List<Entity> read(String name, Json json) throws PolicyException {
        return new Reading(name).entities(json);
    }

    /** One text while it is being read. */
    private final class Reading {
        private final String name;
        private final ValueReader values;
        private final Map<EntityUid, Entity> entities = new LinkedHashMap<>();

        Reading(String name) {
            this.name = name;
            this.values = new ValueReader(name, schema);
        }

        List<Entity> entities(Json json) throws PolicyException {
            if (!(json instanceof Json.Arr(Position at, List<Json> elements))) {
                throw JsonMembers.expected(name, json, "an array of entities");
            }
            if (elements.size() > SchemaBounds.ENTITIES_MAX) {
                throw SchemaProblems.tooLarge(
                        name,
                        at,
                        "there are " + elements.size() + " entities",
                        "at most " + SchemaBounds.ENTITIES_MAX + " are accepted");
            }
            for (Entity action : actions()) {
                entities.put(action.uid(), action);
            }
            Map<EntityUid, Position> places = new HashMap<>();
            for (Json element : elements) {
                Entity entity = entity(element);
                if (Schema.isActionType(entity.uid().type())) {
                    checkAction(element.at(), entity);
                    continue;
                }
                Entity before = entities.put(entity.uid(), entity);
                if (before != null && !before.equals(entity)) {
                    throw problem(element.at(), "a second entity " + Quoting.literal(entity.uid()));
                }
                places.put(entity.uid(), element.at());
            }
            refuseCycles(places);
            return List.copyOf(entities.values());
        }

        private Entity entity(Json json) throws PolicyException {
            JsonMembers members = JsonMembers.of(name, json, "an entity");
            EntityUid uid = values.uid(members.get("uid"));
            Set<EntityUid> parents = new HashSet<>();
            for (Json parent : members.array("parents")) {
                EntityUid found = values.uid(parent);
                checkParent(parent.at(), uid, found);
                parents.add(found);
            }
            SortedMap<String, Type.Attribute> declared = schema.attributesOf(uid.type());
            Json attributes = members.find("attrs").orElse(new Json.Obj(members.at(), Map.of()));
            Map<String, Value> read = values.members(attributes, declared, Quoting.literal(uid));
            Map<String, Value> tags = Map.of();
            Optional<Json> written = members.find("tags");
            if (written.isPresent()) {
                tags = tags(uid, written.get());
            }
            members.refuseOthers();
            return new Entity(uid, read, parents, tags);
        }

        /** Its groups may be named directly or all of them; the schema's are used. */
        private void checkAction(Position at, Entity action) throws PolicyException {
            Set<EntityUid> reached = new HashSet<>(action.parents());
            action.parents().forEach(parent -> reached.addAll(schema.actionAncestors(parent)));
            if (!reached.equals(schema.actionAncestors(action.uid()))) {
                throw problem(at, "the action is declared otherwise in the schema");
            }
        }

        private void checkParent(Position at, EntityUid uid, EntityUid parent)
                throws PolicyException {
            boolean allowed =
                    Schema.isActionType(uid.type())
                            ? schema.actionAncestors(uid).contains(parent)
                            : schema.ancestors(uid.type()).contains(parent.type());
            if (!allowed) {
                throw problem(
                        at,
                        Sentences.article(uid.type())
                                + " is never in "
                                + Sentences.article(parent.type()));
            }
        }

        private Map<String, Value> tags(EntityUid uid, Json json) throws PolicyException {
            Optional<Type> type = schema.entityType(uid.type()).flatMap(Schema.EntityType::tags);
            if (type.isPresent()) {
                return values.tags(json, type.get());
            }
            // An empty object is no tag.
            return values.members(json, Collections.emptySortedMap(), "the tags");
        }

        private void refuseCycles(Map<EntityUid, Position> places) throws PolicyException {
            Set<EntityUid> done = new HashSet<>();
            for (Map.Entry<EntityUid, Position> place : places.entrySet()) {
                if (!isAcyclic(place.getKey(), done)) {
                    throw problem(
                            place.getValue(), Quoting.literal(place.getKey()) + " is in itself");
                }
            }
        }

        /** Depth first without recursion; what is done is never looked at again. */
        private boolean isAcyclic(EntityUid start, Set<EntityUid> done) {
            Set<EntityUid> open = new HashSet<>();
            Deque<EntityUid> path = new ArrayDeque<>();
            path.push(start);
            while (!path.isEmpty()) {
                EntityUid here = path.peek();
                if (done.contains(here)) {
                    path.pop();
                    continue;
                }
                if (!open.add(here)) {
                    open.remove(here);
                    done.add(here);
                    path.pop();
                    continue;
                }
                Entity entity = entities.get(here);
                for (EntityUid parent : entity == null ? Set.<EntityUid>of() : entity.parents()) {
                    if (open.contains(parent)) {
                        return false;
                    }
                    path.push(parent);
                }
            }
            return true;
        }

        private PolicyException problem(Position at, String message) {
            return new PolicyException(
                    PolicyException.Code.MEANING, new Problem(name, at, message, ""));
        }
    }
}
