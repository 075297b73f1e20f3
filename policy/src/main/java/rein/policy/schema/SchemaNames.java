package rein.policy.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * All names that a schema declares, and what a name that was written stands for: first what its own
 * namespace declares, then what is declared outside of every namespace, then what is built in. A
 * name must not hide one that is declared outside of every namespace (Cedar RFC 70).
 */
final class SchemaNames {
    /** The built-in types are in this namespace too, where nothing can hide them. */
    static final String BUILT_IN = "__cedar::";

    private static final Map<String, Type> PRIMITIVES =
            Map.of("Bool", Type.Bool.ANY, "Long", Type.Int.LONG, "String", Type.Text.ANY);

    /** A declaration with the namespace that it stands in. */
    record Declared<T>(String namespace, T declaration) {}

    private final String name;
    private final Map<String, Declared<SchemaTree.CommonType>> types = new TreeMap<>();
    private final Map<String, Declared<SchemaTree.EntityDeclaration>> entities = new TreeMap<>();
    private final Map<EntityUid, Declared<SchemaTree.ActionDeclaration>> actions = new TreeMap<>();
    private final Set<String> actionTypes = new HashSet<>();

    SchemaNames(SchemaTree tree) throws PolicyException {
        this.name = tree.name();
        Set<String> paths = new HashSet<>();
        for (SchemaTree.Namespace namespace : tree.namespaces()) {
            if (!paths.add(namespace.path())) {
                throw problem(namespace.at(), "a second namespace " + namespace.path(), "");
            }
            declare(namespace);
        }
        int declared = types.size() + entities.size() + actions.size();
        if (declared > SchemaBounds.DECLARATIONS_MAX) {
            throw problem(
                    new Position(1, 1),
                    "the schema declares " + declared + " names",
                    "at most " + SchemaBounds.DECLARATIONS_MAX + " are accepted");
        }
        refuseHiding();
    }

    private void declare(SchemaTree.Namespace namespace) {
        String path = namespace.path();
        namespace
                .types()
                .forEach((id, type) -> types.put(whole(path, id), new Declared<>(path, type)));
        namespace
                .entities()
                .forEach((id, type) -> entities.put(whole(path, id), new Declared<>(path, type)));
        String actionType = whole(path, "Action");
        namespace
                .actions()
                .forEach((id, action) ->
                        actions.put(new EntityUid(actionType, id), new Declared<>(path, action)));
        if (!namespace.actions().isEmpty()) {
            actionTypes.add(actionType);
        }
    }

    private void refuseHiding() throws PolicyException {
        Map<String, Position> inside = new HashMap<>();
        types.forEach((path, type) -> note(inside, path, type.declaration().at()));
        entities.forEach((path, type) -> note(inside, path, type.declaration().at()));
        for (Map.Entry<String, Position> one : inside.entrySet()) {
            if (types.containsKey(one.getKey()) || entities.containsKey(one.getKey())) {
                throw hides(one.getValue(), one.getKey());
            }
        }
        for (Map.Entry<EntityUid, Declared<SchemaTree.ActionDeclaration>> one :
                actions.entrySet()) {
            EntityUid outside = new EntityUid("Action", one.getKey().id());
            if (!one.getKey().equals(outside) && actions.containsKey(outside)) {
                throw hides(one.getValue().declaration().at(), Quoting.literal(outside.id()));
            }
        }
    }

    private static void note(Map<String, Position> inside, String path, Position at) {
        int end = path.lastIndexOf("::");
        if (end >= 0) {
            inside.put(path.substring(end + 2), at);
        }
    }

    private PolicyException hides(Position at, String hidden) {
        return problem(
                at,
                hidden + " hides the one that is declared outside of every namespace",
                "give one of them another name");
    }

    Map<String, Declared<SchemaTree.CommonType>> types() {
        return types;
    }

    Map<String, Declared<SchemaTree.EntityDeclaration>> entities() {
        return entities;
    }

    Map<EntityUid, Declared<SchemaTree.ActionDeclaration>> actions() {
        return actions;
    }

    static String whole(String namespace, String id) {
        return namespace.isEmpty() ? id : namespace + "::" + id;
    }

    /** What a name can mean, the nearest first. */
    private static List<String> readings(String namespace, String path) {
        return path.contains("::") || namespace.isEmpty()
                ? List.of(path)
                : List.of(whole(namespace, path), path);
    }

    boolean isEntity(String path) {
        return entities.containsKey(path) || actionTypes.contains(path);
    }

    /** The common type that the name stands for, if it stands for one. */
    Optional<String> common(String namespace, TypeTree.Named named) {
        if (named.kind() != TypeTree.Kind.ANY && named.kind() != TypeTree.Kind.COMMON) {
            return Optional.empty();
        }
        for (String reading : readings(namespace, named.path())) {
            if (types.containsKey(reading)) {
                return Optional.of(reading);
            }
            if (named.kind() == TypeTree.Kind.ANY && isEntity(reading)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The entity type or built-in type that the name stands for; it is not a common type's. */
    Type type(String namespace, TypeTree.Named named) throws PolicyException {
        String path = named.path();
        boolean builtIn =
                named.kind() == TypeTree.Kind.PRIMITIVE || named.kind() == TypeTree.Kind.EXTENSION;
        if (!builtIn && named.kind() != TypeTree.Kind.COMMON) {
            for (String reading : readings(namespace, path)) {
                if (isEntity(reading)) {
                    return new Type.Ref(reading);
                }
            }
        }
        if (named.kind() != TypeTree.Kind.ENTITY) {
            Optional<Type> found = builtIn(path);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw problem(named.at(), "unknown type " + path, help(path, named.kind()));
    }

    private static Optional<Type> builtIn(String path) {
        String word = path.startsWith(BUILT_IN) ? path.substring(BUILT_IN.length()) : path;
        return Optional.ofNullable(PRIMITIVES.get(word))
                .or(() -> Type.Extension.named(word).map(type -> (Type) type));
    }

    /** The whole name of an entity type that is declared. */
    String entity(String namespace, SchemaTree.Name named) throws PolicyException {
        for (String reading : readings(namespace, named.path())) {
            if (entities.containsKey(reading)) {
                return reading;
            }
        }
        throw problem(
                named.at(),
                "unknown entity type " + named.path(),
                help(named.path(), TypeTree.Kind.ENTITY));
    }

    /** The uid of an action that is declared. */
    EntityUid action(String namespace, SchemaTree.ActionName named) throws PolicyException {
        String type = named.type().orElse("Action");
        for (String reading : readings(namespace, type)) {
            EntityUid uid = new EntityUid(reading, named.id());
            if (actions.containsKey(uid)) {
                return uid;
            }
        }
        List<String> known = actions.keySet().stream().map(EntityUid::id).toList();
        throw problem(
                named.at(),
                "unknown action " + Quoting.literal(named.id()),
                Spelling.help(named.id(), known));
    }

    private String help(String path, TypeTree.Kind kind) {
        List<String> known = new ArrayList<>(entities.keySet());
        if (kind != TypeTree.Kind.ENTITY) {
            known.addAll(types.keySet());
            known.addAll(PRIMITIVES.keySet());
            for (Type.Extension extension : Type.Extension.values()) {
                known.add(extension.word());
            }
        }
        return Spelling.closest(path, known).map(word -> "did you mean " + word + "?").orElse("");
    }

    PolicyException problem(Position at, String message, String help) {
        return SchemaProblems.meaning(name, at, message, help);
    }
}
