package rein.policy.schema;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * From what was written to a schema: names are resolved, common types written out, hierarchies
 * closed. Refuses unknown names, cycles of common types or actions, and an enumerated type inside
 * another.
 */
final class SchemaResolver {
    private final String name;
    private final SchemaNames names;
    private final TypeResolver types;
    private final SortedMap<String, Schema.EntityType> entityTypes = new TreeMap<>();
    private final SortedMap<EntityUid, Schema.ActionType> actions = new TreeMap<>();

    private SchemaResolver(SchemaTree tree) throws PolicyException {
        this.name = tree.name();
        this.names = new SchemaNames(tree);
        this.types = new TypeResolver(name, names);
    }

    static Schema resolve(SchemaTree tree) throws PolicyException {
        return new SchemaResolver(tree).schema();
    }

    private Schema schema() throws PolicyException {
        types.resolveAll();
        for (Map.Entry<String, SchemaNames.Declared<SchemaTree.EntityDeclaration>> entry :
                names.entities().entrySet()) {
            entityTypes.put(entry.getKey(), entityType(entry.getKey(), entry.getValue()));
        }
        int shapes = 0;
        for (Map.Entry<EntityUid, SchemaNames.Declared<SchemaTree.ActionDeclaration>> entry :
                names.actions().entrySet()) {
            Schema.ActionType action = action(entry.getKey(), entry.getValue());
            actions.put(entry.getKey(), action);
            shapes += action.principals().size() * action.resources().size();
            if (shapes > SchemaBounds.SHAPES_MAX) {
                throw SchemaProblems.tooLarge(
                        name,
                        entry.getValue().declaration().at(),
                        "the schema allows more than " + SchemaBounds.SHAPES_MAX + " requests",
                        "count principals × actions × resources");
            }
        }
        Map<String, SortedSet<String>> ancestors =
                closed(entityTypes.keySet(), id -> parentsOf(id));
        Map<EntityUid, SortedSet<EntityUid>> actionAncestors =
                closed(actions.keySet(), uid -> parentsOf(uid));
        refuseCycles(actionAncestors);
        return new Schema(entityTypes, actions, ancestors, actionAncestors);
    }

    private Schema.EntityType entityType(
            String path, SchemaNames.Declared<SchemaTree.EntityDeclaration> declared)
            throws PolicyException {
        SchemaTree.EntityDeclaration entity = declared.declaration();
        if (Schema.isActionType(path)) {
            throw problem(entity.at(), "Action is the type of actions", "give it another name");
        }
        SortedSet<String> parents = new TreeSet<>();
        for (SchemaTree.Name parent : entity.parents()) {
            parents.add(names.entity(declared.namespace(), parent));
        }
        Optional<Type> tags = Optional.empty();
        if (entity.tags().isPresent()) {
            tags = Optional.of(types.resolve(declared.namespace(), entity.tags().get()));
        }
        return new Schema.EntityType(
                path,
                parents,
                struct(declared.namespace(), entity.shape(), "the attributes of " + path),
                tags,
                new TreeSet<>(entity.ids()),
                Map.copyOf(entity.annotations()));
    }

    private Schema.ActionType action(
            EntityUid uid, SchemaNames.Declared<SchemaTree.ActionDeclaration> declared)
            throws PolicyException {
        SchemaTree.ActionDeclaration action = declared.declaration();
        SortedSet<EntityUid> parents = new TreeSet<>();
        for (SchemaTree.ActionName parent : action.parents()) {
            parents.add(names.action(declared.namespace(), parent));
        }
        SortedSet<String> principals = new TreeSet<>();
        SortedSet<String> resources = new TreeSet<>();
        Type.Struct context = new Type.Struct(new TreeMap<>());
        if (action.appliesTo().isPresent()) {
            SchemaTree.AppliesTo appliesTo = action.appliesTo().get();
            principals.addAll(entities(declared.namespace(), appliesTo.principals()));
            resources.addAll(entities(declared.namespace(), appliesTo.resources()));
            context =
                    struct(
                            declared.namespace(),
                            appliesTo.context(),
                            "the context of " + Quoting.literal(uid.id()));
        }
        return new Schema.ActionType(
                uid, parents, principals, resources, context, Map.copyOf(action.annotations()));
    }

    private List<String> entities(String namespace, List<SchemaTree.Name> written)
            throws PolicyException {
        SortedSet<String> found = new TreeSet<>();
        for (SchemaTree.Name one : written) {
            found.add(names.entity(namespace, one));
        }
        return List.copyOf(found);
    }

    private Type.Struct struct(String namespace, TypeTree tree, String what)
            throws PolicyException {
        Type type = types.resolve(namespace, tree);
        if (type instanceof Type.Struct struct) {
            return struct;
        }
        throw problem(tree.at(), what + " must be a record, not " + type.shown(), "");
    }

    private Collection<String> parentsOf(String id) {
        Schema.EntityType type = entityTypes.get(id);
        return type == null ? List.of() : type.parents();
    }

    private Collection<EntityUid> parentsOf(EntityUid uid) {
        Schema.ActionType action = actions.get(uid);
        return action == null ? List.of() : action.parents();
    }

    /** All that each can be in, directly or not. */
    private static <T extends Comparable<T>> Map<T, SortedSet<T>> closed(
            Set<T> all, Function<T, Collection<T>> parents) {
        Map<T, SortedSet<T>> closed = new HashMap<>();
        for (T one : all) {
            SortedSet<T> found = new TreeSet<>();
            Deque<T> waiting = new ArrayDeque<>(parents.apply(one));
            while (!waiting.isEmpty()) {
                T next = waiting.pop();
                if (found.add(next)) {
                    waiting.addAll(parents.apply(next));
                }
            }
            closed.put(one, found);
        }
        return closed;
    }

    /** Entity types may be in each other; an action is one thing and cannot be in itself. */
    private void refuseCycles(Map<EntityUid, SortedSet<EntityUid>> ancestors)
            throws PolicyException {
        for (Map.Entry<EntityUid, SchemaNames.Declared<SchemaTree.ActionDeclaration>> entry :
                names.actions().entrySet()) {
            Set<EntityUid> groups = ancestors.getOrDefault(entry.getKey(), new TreeSet<>());
            if (new HashSet<>(groups).contains(entry.getKey())) {
                throw problem(
                        entry.getValue().declaration().at(),
                        "the action " + Quoting.literal(entry.getKey().id()) + " is in itself",
                        "");
            }
        }
    }

    private PolicyException problem(Position at, String message, String help) {
        return SchemaProblems.meaning(name, at, message, help);
    }
}
