package rein.policy.schema;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;

/** Types with their names resolved and common types written out, each common type once. */
final class TypeResolver {
    /** Of ours: {@code @words("tls http ssh")} names the only texts that an attribute can have. */
    static final String WORDS = "words";

    /** Of ours: {@code @unserved("why")} marks what nothing fills or decides on in this version. */
    static final String UNSERVED = "unserved";

    private final String name;
    private final SchemaNames names;
    private final Map<String, Type> resolved = new HashMap<>();

    /** How large each common type is; a type's parts are counted, shared ones every time. */
    private final Map<String, Size> sizes = new HashMap<>();

    private final Set<String> open = new LinkedHashSet<>();

    private record Size(int parts, int levels) {
        static final Size LEAF = new Size(1, 1);
    }

    TypeResolver(String name, SchemaNames names) {
        this.name = name;
        this.names = names;
    }

    /** The common types that nobody uses are checked too. */
    void resolveAll() throws PolicyException {
        for (Map.Entry<String, SchemaNames.Declared<SchemaTree.CommonType>> entry :
                names.types().entrySet()) {
            common(entry.getKey(), entry.getValue().declaration().at());
        }
    }

    Type resolve(String namespace, TypeTree tree) throws PolicyException {
        Type type = walk(namespace, tree);
        size(namespace, tree);
        return type;
    }

    private Type walk(String namespace, TypeTree tree) throws PolicyException {
        return switch (tree) {
            case TypeTree.Named named -> {
                Optional<String> common = names.common(namespace, named);
                yield common.isPresent()
                        ? common(common.get(), named.at())
                        : names.type(namespace, named);
            }
            case TypeTree.SetOf(_, TypeTree element) -> new Type.SetOf(walk(namespace, element));
            case TypeTree.Struct(_, Map<String, TypeTree.Member> members) -> {
                SortedMap<String, Type.Attribute> attributes = new TreeMap<>();
                SortedMap<String, String> unserved = new TreeMap<>();
                for (Map.Entry<String, TypeTree.Member> entry : members.entrySet()) {
                    TypeTree.Member member = entry.getValue();
                    Type type = walk(namespace, member.type());
                    String why = member.annotations().get(UNSERVED);
                    if (why == null) {
                        type = worded(member.annotations().getOrDefault(WORDS, ""), type);
                        attributes.put(entry.getKey(), new Type.Attribute(type, member.required()));
                    } else {
                        unserved.put(entry.getKey(), why);
                    }
                }
                yield new Type.Struct(attributes, unserved);
            }
        };
    }

    /** A text, or a set of texts, that can be these words only. */
    private static Type worded(String words, Type type) {
        if (words.isBlank()) {
            return type;
        }
        if (type instanceof Type.SetOf(Type element)) {
            return new Type.SetOf(worded(words, element));
        }
        return type instanceof Type.Text
                ? new Type.Text(new TreeSet<>(List.of(words.strip().split("\\s+", -1))))
                : type;
    }

    private Type common(String path, Position at) throws PolicyException {
        Type known = resolved.get(path);
        if (known != null) {
            return known;
        }
        SchemaNames.Declared<SchemaTree.CommonType> declared = names.types().get(path);
        if (declared == null || !open.add(path)) {
            throw SchemaProblems.meaning(
                    name, at, "the type " + path + " contains itself", "an entity type may");
        }
        if (open.size() > SchemaBounds.DEPTH_MAX) {
            throw tooDeep(at);
        }
        TypeTree tree = declared.declaration().type();
        Type type = walk(declared.namespace(), tree);
        sizes.put(path, size(declared.namespace(), tree));
        open.remove(path);
        resolved.put(path, type);
        return type;
    }

    private Size size(String namespace, TypeTree tree) throws PolicyException {
        Size size =
                switch (tree) {
                    case TypeTree.Named named ->
                            names.common(namespace, named)
                                    .map(common -> sizes.getOrDefault(common, Size.LEAF))
                                    .orElse(Size.LEAF);
                    case TypeTree.SetOf(_, TypeTree element) -> {
                        Size inside = size(namespace, element);
                        yield new Size(inside.parts() + 1, inside.levels() + 1);
                    }
                    case TypeTree.Struct(_, Map<String, TypeTree.Member> members) -> {
                        int parts = 1;
                        int levels = 0;
                        for (TypeTree.Member member : members.values()) {
                            Size inside = size(namespace, member.type());
                            // Each is within the bound, so that the sum cannot overflow.
                            parts = Math.min(parts + inside.parts(), Integer.MAX_VALUE / 2);
                            levels = Math.max(levels, inside.levels());
                        }
                        yield new Size(parts, levels + 1);
                    }
                };
        if (size.parts() > SchemaBounds.TYPE_PARTS_MAX) {
            throw SchemaProblems.tooLarge(
                    name,
                    tree.at(),
                    "this type has more than " + SchemaBounds.TYPE_PARTS_MAX + " parts",
                    "common types count every time they are used");
        }
        if (size.levels() > SchemaBounds.DEPTH_MAX) {
            throw tooDeep(tree.at());
        }
        return size;
    }

    private PolicyException tooDeep(Position at) {
        return SchemaProblems.tooLarge(
                name, at, "this type is nested deeper than " + SchemaBounds.DEPTH_MAX, "");
    }
}
