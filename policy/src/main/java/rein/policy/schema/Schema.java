package rein.policy.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import rein.policy.syntax.PolicyException;
import rein.vocabulary.EntityUid;

/**
 * What there is to speak of: entity types with their attributes, and actions with who may ask them
 * about what. All names are whole and known, common types are written out. Immutable; safe for any
 * thread.
 */
public final class Schema {
    private final SortedMap<String, EntityType> entityTypes;
    private final SortedMap<EntityUid, ActionType> actions;
    private final Map<String, SortedSet<String>> ancestors;
    private final Map<EntityUid, SortedSet<EntityUid>> actionAncestors;
    private final Set<String> actionTypes = new TreeSet<>();

    /**
     * A type of entities.
     *
     * @param parents the types of which its entities can be direct members
     * @param tags of what type the tags are; without it there are none
     * @param ids the only entities of this type; empty: any
     */
    public record EntityType(
            String name,
            SortedSet<String> parents,
            Type.Struct attributes,
            Optional<Type> tags,
            SortedSet<String> ids,
            Map<String, String> annotations) {}

    /**
     * An action, and who may ask it about what.
     *
     * @param parents the groups that it is a direct member of
     */
    public record ActionType(
            EntityUid uid,
            SortedSet<EntityUid> parents,
            SortedSet<String> principals,
            SortedSet<String> resources,
            Type.Struct context,
            Map<String, String> annotations) {
        /** Why nothing decides on it yet ({@code @unserved("…")}); empty when something does. */
        public Optional<String> unserved() {
            return Optional.ofNullable(annotations.get(TypeResolver.UNSERVED));
        }
    }

    /** One kind of request that the schema allows. */
    public record Shape(String principal, ActionType action, String resource) {}

    Schema(
            SortedMap<String, EntityType> entityTypes,
            SortedMap<EntityUid, ActionType> actions,
            Map<String, SortedSet<String>> ancestors,
            Map<EntityUid, SortedSet<EntityUid>> actionAncestors) {
        this.entityTypes = Collections.unmodifiableSortedMap(new TreeMap<>(entityTypes));
        this.actions = Collections.unmodifiableSortedMap(new TreeMap<>(actions));
        this.ancestors = Map.copyOf(ancestors);
        this.actionAncestors = Map.copyOf(actionAncestors);
        actions.keySet().forEach(uid -> actionTypes.add(uid.type()));
    }

    public SortedMap<String, EntityType> entityTypes() {
        return entityTypes;
    }

    public SortedMap<EntityUid, ActionType> actions() {
        return actions;
    }

    public Optional<EntityType> entityType(String name) {
        return Optional.ofNullable(entityTypes.get(name));
    }

    public Optional<ActionType> action(EntityUid uid) {
        return Optional.ofNullable(actions.get(uid));
    }

    /** Whether the last part of a type's name is {@code Action}. */
    public static boolean isActionType(String type) {
        return type.equals("Action") || type.endsWith("::Action");
    }

    /** The types that an entity of this type can be in, beside its own. */
    public SortedSet<String> ancestors(String type) {
        return ancestors.getOrDefault(type, Collections.emptySortedSet());
    }

    /** The groups that an action is in, beside itself. */
    public SortedSet<EntityUid> actionAncestors(EntityUid action) {
        return actionAncestors.getOrDefault(action, Collections.emptySortedSet());
    }

    /** Whether an entity of the one type can be in an entity of the other. */
    public boolean canBeIn(String type, String ancestor) {
        return type.equals(ancestor)
                || ancestors(type).contains(ancestor)
                || (actionTypes.contains(type) && actionCanBeIn(type, ancestor));
    }

    private boolean actionCanBeIn(String type, String ancestor) {
        return actions.keySet().stream()
                .filter(uid -> uid.type().equals(type))
                .anyMatch(uid ->
                        actionAncestors(uid).stream()
                                .anyMatch(group -> group.type().equals(ancestor)));
    }

    /** Whether the action is in the group, or is it. */
    public boolean isIn(EntityUid action, EntityUid group) {
        return action.equals(group) || actionAncestors(action).contains(group);
    }

    /** The attributes of an entity type; an action has none. */
    public SortedMap<String, Type.Attribute> attributesOf(String type) {
        return entityType(type)
                .map(declared -> declared.attributes().attributes())
                .orElseGet(Collections::emptySortedMap);
    }

    /** A schema in the readable syntax. */
    public static Schema parse(String name, String text) throws PolicyException {
        return SchemaResolver.resolve(SchemaParser.parse(name, text));
    }

    /** A schema in the JSON syntax. */
    public static Schema parseJson(String name, String text) throws PolicyException {
        return SchemaResolver.resolve(JsonSchemaParser.parse(name, text));
    }

    /** Every kind of request that the schema allows, by action, principal and resource. */
    public List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        for (ActionType action : actions.values()) {
            for (String principal : action.principals()) {
                for (String resource : action.resources()) {
                    shapes.add(new Shape(principal, action, resource));
                }
            }
        }
        return shapes;
    }
}
