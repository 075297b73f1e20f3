package rein.policy.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.policy.syntax.Position;

/**
 * A schema as it was written, in either syntax. {@link SchemaResolver} makes a {@link Schema} of
 * it.
 *
 * @param name of the text, for messages
 */
public record SchemaTree(String name, List<Namespace> namespaces) {
    public SchemaTree {
        namespaces = List.copyOf(namespaces);
    }

    /**
     * @param path empty for what stands outside of every namespace
     */
    record Namespace(
            Position at,
            String path,
            Map<String, String> annotations,
            Map<String, CommonType> types,
            Map<String, EntityDeclaration> entities,
            Map<String, ActionDeclaration> actions) {}

    record CommonType(Position at, Map<String, String> annotations, TypeTree type) {}

    /** The name of an entity type. */
    record Name(Position at, String path) {}

    /**
     * @param shape a record, or the name of a common type that is one
     * @param ids the only entities that there are of this type; empty: any
     */
    record EntityDeclaration(
            Position at,
            Map<String, String> annotations,
            List<Name> parents,
            TypeTree shape,
            Optional<TypeTree> tags,
            List<String> ids) {}

    record ActionDeclaration(
            Position at,
            Map<String, String> annotations,
            List<ActionName> parents,
            Optional<AppliesTo> appliesTo) {}

    /**
     * @param type without one, {@code Action} of the same namespace
     */
    record ActionName(Position at, Optional<String> type, String id) {}

    record AppliesTo(List<Name> principals, List<Name> resources, TypeTree context) {}
}
