package rein.policy.schema;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import rein.policy.syntax.Names;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.value.Quoting;

/**
 * Writes a schema in the readable syntax. Refuses what only JSON can say: a shape that is a name,
 * and an entity type that a common type of the same name hides.
 */
final class SchemaWriter {
    private final SchemaTree tree;
    private final Set<String> commonTypes = new HashSet<>();
    private final Set<String> declared = new HashSet<>();
    private final StringBuilder out = new StringBuilder();

    SchemaWriter(SchemaTree tree) {
        this.tree = tree;
        for (SchemaTree.Namespace namespace : tree.namespaces()) {
            commonTypes.addAll(namespace.types().keySet());
            declared.addAll(namespace.types().keySet());
            declared.addAll(namespace.entities().keySet());
        }
    }

    String write() throws PolicyException {
        for (SchemaTree.Namespace namespace : tree.namespaces()) {
            if (namespace.path().isEmpty()) {
                declarations(namespace, "");
            } else {
                annotations(namespace.annotations(), "");
                out.append("namespace ").append(namespace.path()).append(" {\n");
                declarations(namespace, "  ");
                out.append("}\n");
            }
        }
        return out.toString();
    }

    private void declarations(SchemaTree.Namespace namespace, String indent)
            throws PolicyException {
        for (Map.Entry<String, SchemaTree.CommonType> entry : namespace.types().entrySet()) {
            annotations(entry.getValue().annotations(), indent);
            out.append(indent).append("type ").append(entry.getKey()).append(" = ");
            type(entry.getValue().type(), indent);
            out.append(";\n");
        }
        for (Map.Entry<String, SchemaTree.EntityDeclaration> entry :
                namespace.entities().entrySet()) {
            entity(entry.getKey(), entry.getValue(), indent);
        }
        for (Map.Entry<String, SchemaTree.ActionDeclaration> entry :
                namespace.actions().entrySet()) {
            action(entry.getKey(), entry.getValue(), indent);
        }
    }

    private void entity(String id, SchemaTree.EntityDeclaration entity, String indent)
            throws PolicyException {
        annotations(entity.annotations(), indent);
        out.append(indent).append("entity ").append(id);
        if (!entity.ids().isEmpty()) {
            out.append(" enum [")
                    .append(
                            entity.ids().stream()
                                    .map(Quoting::literal)
                                    .collect(Collectors.joining(", ")))
                    .append("];\n");
            return;
        }
        if (!entity.parents().isEmpty()) {
            out.append(" in ").append(names(entity.parents()));
        }
        if (!(entity.shape() instanceof TypeTree.Struct struct)) {
            throw onlyJson(entity.shape().at(), "attributes that are the name of a common type");
        }
        if (!struct.members().isEmpty()) {
            out.append(" = ");
            type(struct, indent);
        }
        if (entity.tags().isPresent()) {
            out.append(" tags ");
            type(entity.tags().get(), indent);
        }
        out.append(";\n");
    }

    private void action(String id, SchemaTree.ActionDeclaration action, String indent)
            throws PolicyException {
        annotations(action.annotations(), indent);
        out.append(indent).append("action ").append(Quoting.literal(id));
        if (!action.parents().isEmpty()) {
            out.append(" in [")
                    .append(
                            action.parents().stream()
                                    .map(SchemaWriter::group)
                                    .collect(Collectors.joining(", ")))
                    .append("]");
        }
        if (action.appliesTo().isPresent()) {
            appliesTo(action.appliesTo().get(), indent);
        }
        out.append(";\n");
    }

    /** An action that nobody can ask about anything is a group, whatever its context. */
    private void appliesTo(SchemaTree.AppliesTo appliesTo, String indent) throws PolicyException {
        if (appliesTo.principals().isEmpty() || appliesTo.resources().isEmpty()) {
            return;
        }
        String inside = indent + "  ";
        out.append(" appliesTo {\n")
                .append(inside)
                .append("principal: ")
                .append(names(appliesTo.principals()))
                .append(",\n")
                .append(inside)
                .append("resource: ")
                .append(names(appliesTo.resources()))
                .append(",\n")
                .append(inside)
                .append("context: ");
        type(appliesTo.context(), inside);
        out.append(",\n").append(indent).append("}");
    }

    private static String group(SchemaTree.ActionName group) {
        String id = Quoting.literal(group.id());
        return group.type().map(type -> type + "::" + id).orElse(id);
    }

    private static String names(List<SchemaTree.Name> names) {
        return names.stream()
                .map(SchemaTree.Name::path)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private void annotations(Map<String, String> annotations, String indent) {
        annotations.forEach((key, value) ->
                out.append(indent)
                        .append("@")
                        .append(key)
                        .append("(")
                        .append(Quoting.literal(value))
                        .append(")\n"));
    }

    private void type(TypeTree type, String indent) throws PolicyException {
        switch (type) {
            case TypeTree.Named named -> out.append(named(named));
            case TypeTree.SetOf(_, TypeTree element) -> {
                out.append("Set<");
                type(element, indent);
                out.append(">");
            }
            case TypeTree.Struct(_, Map<String, TypeTree.Member> members) -> {
                if (members.isEmpty()) {
                    out.append("{}");
                    return;
                }
                String inside = indent + "  ";
                out.append("{\n");
                for (Map.Entry<String, TypeTree.Member> entry : members.entrySet()) {
                    TypeTree.Member member = entry.getValue();
                    annotations(member.annotations(), inside);
                    out.append(inside)
                            .append(attribute(entry.getKey()))
                            .append(member.required() ? ": " : "?: ");
                    type(member.type(), inside);
                    out.append(",\n");
                }
                out.append(indent).append("}");
            }
        }
    }

    private String named(TypeTree.Named named) throws PolicyException {
        String path = named.path();
        return switch (named.kind()) {
            case ANY, COMMON -> path;
            case ENTITY -> {
                if (commonTypes.contains(path.substring(path.lastIndexOf(':') + 1))) {
                    throw onlyJson(
                            named.at(), "the entity type " + path + " beside a type of that name");
                }
                yield path;
            }
            case PRIMITIVE, EXTENSION ->
                    declared.contains(path) ? SchemaNames.BUILT_IN + path : path;
        };
    }

    private static String attribute(String name) {
        return Names.isIdentifier(name) ? name : Quoting.literal(name);
    }

    private PolicyException onlyJson(Position at, String what) {
        return SchemaProblems.meaning(
                tree.name(), at, "only JSON can say this: " + what, "give it another form");
    }
}
