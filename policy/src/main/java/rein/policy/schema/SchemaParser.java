package rein.policy.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.policy.syntax.Cursor;
import rein.policy.syntax.Lexer;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Spelling;
import rein.policy.syntax.Token;
import rein.policy.value.Quoting;

/**
 * The readable syntax of Cedar schemas (version 4.12), by recursive descent. Types are parsed by
 * {@link SchemaTypeParser}.
 */
final class SchemaParser {
    private static final List<String> KEYWORDS = List.of("namespace", "entity", "action", "type");

    /** Cannot name a common type: they are words of the JSON syntax. */
    private static final List<String> RESERVED_TYPES =
            List.of("Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String");

    private final String name;
    private final Cursor cursor;
    private final SchemaTypeParser types;

    /** The namespace being read; declarations land here. */
    private Draft draft;

    private SchemaParser(String name, Cursor cursor) {
        this.name = name;
        this.cursor = cursor;
        this.types = new SchemaTypeParser(cursor);
        this.draft = Draft.at(new Position(1, 1), "", Map.of());
    }

    /** A namespace while it grows. */
    private record Draft(
            Position at,
            String path,
            Map<String, String> annotations,
            Map<String, SchemaTree.CommonType> types,
            Map<String, SchemaTree.EntityDeclaration> entities,
            Map<String, SchemaTree.ActionDeclaration> actions) {
        static Draft at(Position at, String path, Map<String, String> annotations) {
            return new Draft(
                    at,
                    path,
                    annotations,
                    new LinkedHashMap<>(),
                    new LinkedHashMap<>(),
                    new LinkedHashMap<>());
        }

        boolean isEmpty() {
            return types.isEmpty() && entities.isEmpty() && actions.isEmpty();
        }

        SchemaTree.Namespace done() {
            return new SchemaTree.Namespace(at, path, annotations, types, entities, actions);
        }
    }

    static SchemaTree parse(String name, String text) throws PolicyException {
        return new SchemaParser(name, new Cursor(name, Lexer.schemaTokens(name, text))).schema();
    }

    private SchemaTree schema() throws PolicyException {
        List<SchemaTree.Namespace> namespaces = new ArrayList<>();
        Draft outside = draft;
        while (cursor.peek().kind() != Token.Kind.END) {
            Map<String, String> annotations = types.annotations();
            Token token = cursor.peek();
            if (cursor.takeIfWord("namespace")) {
                String path = types.path("the name of a namespace");
                draft = Draft.at(token.at(), path, annotations);
                cursor.expect("{", "after the namespace's name");
                while (!cursor.takeIf("}")) {
                    declaration(types.annotations());
                }
                namespaces.add(draft.done());
                draft = outside;
            } else {
                declaration(annotations);
            }
        }
        if (!outside.isEmpty()) {
            namespaces.addFirst(outside.done());
        }
        return new SchemaTree(name, namespaces);
    }

    private void declaration(Map<String, String> annotations) throws PolicyException {
        Token token = cursor.peek();
        if (cursor.takeIfWord("entity")) {
            entity(annotations);
        } else if (cursor.takeIfWord("action")) {
            action(annotations);
        } else if (cursor.takeIfWord("type")) {
            commonType(annotations);
        } else {
            String help =
                    Spelling.closest(token.text(), KEYWORDS)
                            .map(word -> "did you mean `" + word + "`?")
                            .orElse("");
            throw cursor.expected("`entity`, `action`, `type` or `namespace`", help);
        }
    }

    private void commonType(Map<String, String> annotations) throws PolicyException {
        Token token = cursor.peek();
        String id = types.identifier("the name of a type");
        if (RESERVED_TYPES.contains(id)) {
            throw cursor.syntax(token, token.shown() + " cannot name a common type", "");
        }
        cursor.expect("=", "after the type's name");
        TypeTree type = types.type();
        cursor.expect(";", "after the type");
        SchemaTree.CommonType declared = new SchemaTree.CommonType(token.at(), annotations, type);
        once(draft.types().put(id, declared) != null, token, id);
    }

    private void entity(Map<String, String> annotations) throws PolicyException {
        List<Token> ids = new ArrayList<>();
        do {
            ids.add(cursor.peek());
            types.identifier("the name of an entity type");
        } while (cursor.takeIf(","));
        Position at = ids.getFirst().at();
        SchemaTree.EntityDeclaration declared =
                cursor.takeIfWord("enum") ? enumerated(at, annotations) : ordinary(at, annotations);
        cursor.expect(";", "after the entity type");
        for (Token id : ids) {
            once(draft.entities().put(id.text(), declared) != null, id, id.text());
        }
    }

    private SchemaTree.EntityDeclaration enumerated(Position at, Map<String, String> annotations)
            throws PolicyException {
        List<String> ids = new ArrayList<>();
        cursor.expect("[", "after `enum`");
        do {
            ids.add(cursor.string("the id of an entity in quotes"));
        } while (cursor.takeIf(","));
        cursor.expect("]", "or `,` after an id");
        TypeTree nothing = new TypeTree.Struct(at, Map.of());
        return new SchemaTree.EntityDeclaration(
                at, annotations, List.of(), nothing, Optional.empty(), List.copyOf(ids));
    }

    private SchemaTree.EntityDeclaration ordinary(Position at, Map<String, String> annotations)
            throws PolicyException {
        List<SchemaTree.Name> parents = cursor.takeIfWord("in") ? entityTypes() : List.of();
        TypeTree shape = new TypeTree.Struct(at, Map.of());
        if (cursor.takeIf("=") || cursor.peek().is("{")) {
            shape = types.struct();
        }
        Optional<TypeTree> tags =
                cursor.takeIfWord("tags") ? Optional.of(types.type()) : Optional.empty();
        return new SchemaTree.EntityDeclaration(at, annotations, parents, shape, tags, List.of());
    }

    /** One name, or several in square brackets. */
    private List<SchemaTree.Name> entityTypes() throws PolicyException {
        List<SchemaTree.Name> found = new ArrayList<>();
        if (!cursor.takeIf("[")) {
            Position at = cursor.peek().at();
            return List.of(new SchemaTree.Name(at, types.path("an entity type")));
        }
        while (!cursor.takeIf("]")) {
            Position at = cursor.peek().at();
            found.add(new SchemaTree.Name(at, types.path("an entity type")));
            if (!cursor.peek().is("]")) {
                cursor.expect(",", "or `]` after an entity type");
            }
        }
        return List.copyOf(found);
    }

    private void action(Map<String, String> annotations) throws PolicyException {
        Map<String, Token> ids = new LinkedHashMap<>();
        Token first = cursor.peek();
        do {
            Token token = cursor.peek();
            String id = types.name("the name of an action");
            once(ids.put(id, token) != null, token, id);
        } while (cursor.takeIf(","));
        List<SchemaTree.ActionName> parents = cursor.takeIfWord("in") ? groups() : List.of();
        Optional<SchemaTree.AppliesTo> appliesTo =
                cursor.takeIfWord("appliesTo") ? Optional.of(appliesTo(first)) : Optional.empty();
        if (cursor.takeIfWord("attributes")) {
            cursor.expect("{", "after `attributes`");
            cursor.expect("}", "since actions have no attributes");
        }
        cursor.expect(";", "after the action");
        for (Map.Entry<String, Token> id : ids.entrySet()) {
            SchemaTree.ActionDeclaration declared =
                    new SchemaTree.ActionDeclaration(
                            id.getValue().at(), annotations, parents, appliesTo);
            once(draft.actions().put(id.getKey(), declared) != null, id.getValue(), id.getKey());
        }
    }

    private List<SchemaTree.ActionName> groups() throws PolicyException {
        if (!cursor.takeIf("[")) {
            return List.of(group());
        }
        List<SchemaTree.ActionName> groups = new ArrayList<>();
        do {
            groups.add(group());
        } while (cursor.takeIf(","));
        cursor.expect("]", "or `,` after an action");
        return List.copyOf(groups);
    }

    private SchemaTree.ActionName group() throws PolicyException {
        Position at = cursor.peek().at();
        if (cursor.peek().kind() == Token.Kind.STRING) {
            return new SchemaTree.ActionName(
                    at, Optional.empty(), cursor.string("the name of an action"));
        }
        String path = types.path("the name of an action");
        if (cursor.takeIf("::")) {
            return new SchemaTree.ActionName(
                    at, Optional.of(path), cursor.string("the action's id in quotes"));
        }
        if (path.contains("::")) {
            throw cursor.expected("`::` and the action's id in quotes");
        }
        return new SchemaTree.ActionName(at, Optional.empty(), path);
    }

    private SchemaTree.AppliesTo appliesTo(Token action) throws PolicyException {
        Map<String, List<SchemaTree.Name>> types = new LinkedHashMap<>();
        Optional<TypeTree> context = Optional.empty();
        cursor.expect("{", "after `appliesTo`");
        while (!cursor.takeIf("}")) {
            Token token = cursor.peek();
            if (cursor.takeIfWord("context")) {
                cursor.expect(":", "after `context`");
                once(context.isPresent(), token, "context");
                context = Optional.of(context());
            } else if (token.isWord("principal") || token.isWord("resource")) {
                cursor.take();
                cursor.expect(":", "after `" + token.text() + "`");
                Token list = cursor.peek();
                List<SchemaTree.Name> found = entityTypes();
                if (found.isEmpty()) {
                    throw cursor.syntax(
                            list,
                            "no " + token.text() + " type",
                            "leave appliesTo out for an action that is only a group");
                }
                once(types.put(token.text(), found) != null, token, token.text());
            } else {
                throw cursor.expected("`principal`, `resource`, `context` or `}`");
            }
            if (!cursor.takeIf(",") && !cursor.peek().is("}")) {
                throw cursor.expected("`,` or `}`");
            }
        }
        for (String part : List.of("principal", "resource")) {
            if (!types.containsKey(part)) {
                throw cursor.syntax(action, "appliesTo names no " + part, "");
            }
        }
        return new SchemaTree.AppliesTo(
                types.getOrDefault("principal", List.of()),
                types.getOrDefault("resource", List.of()),
                context.orElseGet(() -> new TypeTree.Struct(action.at(), Map.of())));
    }

    private TypeTree context() throws PolicyException {
        if (cursor.peek().is("{")) {
            return types.struct();
        }
        Position at = cursor.peek().at();
        String path = types.path("a record or the name of a common type");
        return new TypeTree.Named(at, path, TypeTree.Kind.COMMON);
    }

    private void once(boolean again, Token at, String what) throws PolicyException {
        if (again) {
            throw cursor.syntax(at, "a second " + Quoting.shown(what), "");
        }
    }
}
