package rein.policy.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.policy.json.Json;
import rein.policy.syntax.Position;

/** Writes a schema in Cedar's JSON syntax. */
final class JsonSchemaWriter {
    private static final Position NOWHERE = new Position(1, 1);

    private JsonSchemaWriter() {}

    static String write(SchemaTree tree) {
        Map<String, Json> namespaces = new LinkedHashMap<>();
        tree.namespaces()
                .forEach(namespace -> namespaces.put(namespace.path(), namespace(namespace)));
        return JsonWriter.write(object(namespaces));
    }

    private static Json namespace(SchemaTree.Namespace namespace) {
        Map<String, Json> types = new LinkedHashMap<>();
        namespace
                .types()
                .forEach((id, declared) -> {
                    Map<String, Json> body = type(declared.type());
                    annotate(body, declared.annotations());
                    types.put(id, object(body));
                });
        Map<String, Json> entities = new LinkedHashMap<>();
        namespace.entities().forEach((id, entity) -> entities.put(id, entity(entity)));
        Map<String, Json> actions = new LinkedHashMap<>();
        namespace.actions().forEach((id, action) -> actions.put(id, action(action)));
        Map<String, Json> body = new LinkedHashMap<>();
        if (!types.isEmpty()) {
            body.put("commonTypes", object(types));
        }
        body.put("entityTypes", object(entities));
        body.put("actions", object(actions));
        annotate(body, namespace.annotations());
        return object(body);
    }

    private static Json entity(SchemaTree.EntityDeclaration entity) {
        Map<String, Json> body = new LinkedHashMap<>();
        if (entity.ids().isEmpty()) {
            body.put("memberOfTypes", names(entity.parents()));
            body.put("shape", object(type(entity.shape())));
            entity.tags().ifPresent(tags -> body.put("tags", object(type(tags))));
        } else {
            body.put("enum", array(entity.ids().stream().map(JsonSchemaWriter::text).toList()));
        }
        annotate(body, entity.annotations());
        return object(body);
    }

    private static Json action(SchemaTree.ActionDeclaration action) {
        Map<String, Json> body = new LinkedHashMap<>();
        if (!action.parents().isEmpty()) {
            body.put("memberOf", array(action.parents().stream().map(one -> group(one)).toList()));
        }
        Optional<SchemaTree.AppliesTo> appliesTo = action.appliesTo();
        if (appliesTo.isPresent()) {
            Map<String, Json> applies = new LinkedHashMap<>();
            applies.put("principalTypes", names(appliesTo.get().principals()));
            applies.put("resourceTypes", names(appliesTo.get().resources()));
            applies.put("context", object(type(appliesTo.get().context())));
            body.put("appliesTo", object(applies));
        }
        annotate(body, action.annotations());
        return object(body);
    }

    private static Json group(SchemaTree.ActionName group) {
        Map<String, Json> body = new LinkedHashMap<>();
        group.type().ifPresent(type -> body.put("type", text(type)));
        body.put("id", text(group.id()));
        return object(body);
    }

    private static Map<String, Json> type(TypeTree type) {
        Map<String, Json> body = new LinkedHashMap<>();
        switch (type) {
            case TypeTree.Named(_, String path, TypeTree.Kind kind) -> {
                switch (kind) {
                    case ANY -> named(body, "EntityOrCommon", path);
                    case ENTITY -> named(body, "Entity", path);
                    case EXTENSION -> named(body, "Extension", path);
                    case COMMON -> body.put("type", text(path));
                    case PRIMITIVE ->
                            body.put("type", text(path.equals("Bool") ? "Boolean" : path));
                }
            }
            case TypeTree.SetOf(_, TypeTree element) -> {
                body.put("type", text("Set"));
                body.put("element", object(type(element)));
            }
            case TypeTree.Struct(_, Map<String, TypeTree.Member> members) -> {
                Map<String, Json> attributes = new LinkedHashMap<>();
                members.forEach((id, member) -> attributes.put(id, attribute(member)));
                body.put("type", text("Record"));
                body.put("attributes", object(attributes));
            }
        }
        return body;
    }

    private static void named(Map<String, Json> body, String type, String path) {
        body.put("type", text(type));
        body.put("name", text(path));
    }

    private static Json attribute(TypeTree.Member member) {
        Map<String, Json> body = type(member.type());
        if (!member.required()) {
            body.put("required", new Json.Bool(NOWHERE, false));
        }
        annotate(body, member.annotations());
        return object(body);
    }

    private static void annotate(Map<String, Json> body, Map<String, String> annotations) {
        if (!annotations.isEmpty()) {
            Map<String, Json> members = new LinkedHashMap<>();
            annotations.forEach((key, value) -> members.put(key, text(value)));
            body.put("annotations", object(members));
        }
    }

    private static Json names(List<SchemaTree.Name> names) {
        return array(names.stream().map(name -> text(name.path())).toList());
    }

    private static Json text(String value) {
        return new Json.Text(NOWHERE, value);
    }

    private static Json object(Map<String, Json> members) {
        return new Json.Obj(NOWHERE, members);
    }

    private static Json array(List<Json> elements) {
        return new Json.Arr(NOWHERE, elements);
    }
}
