package rein.policy.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import rein.policy.json.Json;
import rein.policy.json.JsonText;
import rein.policy.syntax.Names;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.value.Quoting;

/** Cedar's JSON syntax of schemas. */
final class JsonSchemaParser {
    private final String name;

    private JsonSchemaParser(String name) {
        this.name = name;
    }

    static SchemaTree parse(String name, String text) throws PolicyException {
        Json json = JsonText.parse(name, text, SchemaBounds.DEPTH_MAX);
        JsonSchemaParser parser = new JsonSchemaParser(name);
        List<SchemaTree.Namespace> namespaces = new ArrayList<>();
        if (!(json instanceof Json.Obj(_, Map<String, Json> members))) {
            throw JsonMembers.expected(name, json, "an object with a member for each namespace");
        }
        for (Map.Entry<String, Json> entry : members.entrySet()) {
            Json body = entry.getValue();
            if (!entry.getKey().isEmpty()) {
                parser.checkPath(body.at(), entry.getKey());
            }
            namespaces.add(
                    parser.namespace(entry.getKey(), JsonMembers.of(name, body, "a namespace")));
        }
        return new SchemaTree(name, namespaces);
    }

    private SchemaTree.Namespace namespace(String path, JsonMembers body) throws PolicyException {
        Map<String, SchemaTree.CommonType> types = new LinkedHashMap<>();
        for (Map.Entry<String, Json> entry : body.members("commonTypes").entrySet()) {
            checkIdentifier(entry.getValue().at(), entry.getKey());
            types.put(entry.getKey(), commonType(entry.getValue()));
        }
        Map<String, SchemaTree.EntityDeclaration> entities = new LinkedHashMap<>();
        for (Map.Entry<String, Json> entry : body.members("entityTypes").entrySet()) {
            checkIdentifier(entry.getValue().at(), entry.getKey());
            entities.put(
                    entry.getKey(),
                    entity(JsonMembers.of(name, entry.getValue(), "an entity type")));
        }
        Map<String, SchemaTree.ActionDeclaration> actions = new LinkedHashMap<>();
        for (Map.Entry<String, Json> entry : body.members("actions").entrySet()) {
            actions.put(
                    entry.getKey(), action(JsonMembers.of(name, entry.getValue(), "an action")));
        }
        Map<String, String> annotations = body.annotations();
        body.refuseOthers();
        return new SchemaTree.Namespace(body.at(), path, annotations, types, entities, actions);
    }

    private SchemaTree.CommonType commonType(Json json) throws PolicyException {
        JsonMembers body = JsonMembers.of(name, json, "a type");
        Map<String, String> annotations = body.annotations();
        return new SchemaTree.CommonType(json.at(), annotations, type(body));
    }

    private SchemaTree.EntityDeclaration entity(JsonMembers body) throws PolicyException {
        Map<String, String> annotations = body.annotations();
        if (body.has("enum")) {
            List<String> ids = texts(body, "enum");
            if (ids.isEmpty()) {
                throw JsonMembers.problem(name, body.at(), "an enumerated type has no ids", "");
            }
            body.refuseOthers();
            TypeTree nothing = new TypeTree.Struct(body.at(), Map.of());
            return new SchemaTree.EntityDeclaration(
                    body.at(), annotations, List.of(), nothing, Optional.empty(), ids);
        }
        List<SchemaTree.Name> parents = entityTypes(body, "memberOfTypes");
        TypeTree shape = optional(body, "shape");
        Optional<Json> tags = body.find("tags");
        Optional<TypeTree> tagType =
                tags.isPresent() ? Optional.of(type(tags.get())) : Optional.empty();
        body.refuseOthers();
        return new SchemaTree.EntityDeclaration(
                body.at(), annotations, parents, shape, tagType, List.of());
    }

    private SchemaTree.ActionDeclaration action(JsonMembers body) throws PolicyException {
        Map<String, String> annotations = body.annotations();
        List<SchemaTree.ActionName> parents = new ArrayList<>();
        for (Json parent : body.array("memberOf")) {
            JsonMembers group = JsonMembers.of(name, parent, "an action");
            Optional<String> type = Optional.empty();
            if (group.find("type").isPresent()) {
                type = Optional.of(path(group.get("type")));
            }
            parents.add(new SchemaTree.ActionName(group.at(), type, group.text("id")));
            group.refuseOthers();
        }
        Optional<SchemaTree.AppliesTo> appliesTo = Optional.empty();
        Optional<Json> applies = body.find("appliesTo");
        if (applies.isPresent()) {
            appliesTo = Optional.of(appliesTo(JsonMembers.of(name, applies.get(), "appliesTo")));
        }
        if (!body.members("attributes").isEmpty()) {
            throw JsonMembers.problem(name, body.at(), "actions have no attributes", "");
        }
        body.refuseOthers();
        return new SchemaTree.ActionDeclaration(
                body.at(), annotations, List.copyOf(parents), appliesTo);
    }

    private SchemaTree.AppliesTo appliesTo(JsonMembers body) throws PolicyException {
        body.get("principalTypes");
        body.get("resourceTypes");
        SchemaTree.AppliesTo appliesTo =
                new SchemaTree.AppliesTo(
                        entityTypes(body, "principalTypes"),
                        entityTypes(body, "resourceTypes"),
                        optional(body, "context"));
        body.refuseOthers();
        return appliesTo;
    }

    private List<SchemaTree.Name> entityTypes(JsonMembers body, String member)
            throws PolicyException {
        List<SchemaTree.Name> names = new ArrayList<>();
        for (Json element : body.array(member)) {
            names.add(new SchemaTree.Name(element.at(), path(element)));
        }
        return List.copyOf(names);
    }

    private List<String> texts(JsonMembers body, String member) throws PolicyException {
        List<String> texts = new ArrayList<>();
        for (Json element : body.array(member)) {
            texts.add(JsonMembers.text(name, element));
        }
        return List.copyOf(texts);
    }

    /** A record without members stands for a type that is not given. */
    private TypeTree optional(JsonMembers body, String member) throws PolicyException {
        Optional<Json> found = body.find(member);
        return found.isPresent() ? type(found.get()) : new TypeTree.Struct(body.at(), Map.of());
    }

    private TypeTree type(Json json) throws PolicyException {
        return type(JsonMembers.of(name, json, "a type"));
    }

    private TypeTree type(JsonMembers body) throws PolicyException {
        String word = body.text("type");
        Position at = body.at();
        TypeTree type =
                switch (word) {
                    case "String", "Long" -> named(at, word, TypeTree.Kind.PRIMITIVE);
                    case "Boolean" -> named(at, "Bool", TypeTree.Kind.PRIMITIVE);
                    case "Set" -> new TypeTree.SetOf(at, type(body.get("element")));
                    case "Record" -> struct(body);
                    case "Entity" -> named(at, path(body.get("name")), TypeTree.Kind.ENTITY);
                    case "EntityOrCommon" -> named(at, path(body.get("name")), TypeTree.Kind.ANY);
                    case "Extension" -> named(at, path(body.get("name")), TypeTree.Kind.EXTENSION);
                    default -> named(at, path(body.get("type")), TypeTree.Kind.COMMON);
                };
        body.refuseOthers();
        return type;
    }

    private static TypeTree named(Position at, String path, TypeTree.Kind kind) {
        return new TypeTree.Named(at, path, kind);
    }

    private TypeTree struct(JsonMembers body) throws PolicyException {
        Map<String, TypeTree.Member> members = new LinkedHashMap<>();
        body.get("attributes");
        for (Map.Entry<String, Json> entry : body.members("attributes").entrySet()) {
            JsonMembers attribute = JsonMembers.of(name, entry.getValue(), "an attribute");
            Map<String, String> annotations = attribute.annotations();
            boolean required = attribute.flag("required").orElse(true);
            members.put(
                    entry.getKey(),
                    new TypeTree.Member(attribute.at(), annotations, required, type(attribute)));
        }
        if (body.flag("additionalAttributes").orElse(false)) {
            throw JsonMembers.problem(
                    name, body.at(), "additionalAttributes is not supported", "name them all");
        }
        return new TypeTree.Struct(body.at(), members);
    }

    private String path(Json json) throws PolicyException {
        String path = JsonMembers.text(name, json);
        checkPath(json.at(), path);
        return path;
    }

    private void checkPath(Position at, String path) throws PolicyException {
        if (!Stream.of(path.split("::", -1)).allMatch(Names::isWord)) {
            throw JsonMembers.problem(
                    name, at, Quoting.literal(path) + " is not a name", "write A::B::C");
        }
    }

    private void checkIdentifier(Position at, String id) throws PolicyException {
        if (!Names.isWord(id)) {
            throw JsonMembers.problem(
                    name, at, Quoting.literal(id) + " cannot be the name of a type", "");
        }
    }
}
