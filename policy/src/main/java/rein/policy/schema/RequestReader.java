package rein.policy.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rein.policy.json.Json;
import rein.policy.json.JsonText;
import rein.policy.syntax.PolicyException;
import rein.policy.value.Quoting;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * A request as JSON, read by a schema: {@code principal}, {@code action}, {@code resource}, {@code
 * context} and, if the reader asks for them, {@code entities}. Refused is whatever the schema does
 * not allow: an action that this principal cannot ask about this resource, a context of another
 * shape.
 */
public final class RequestReader {
    private final Schema schema;
    private final EntityReader entities;

    /** A request that keeps to the schema. */
    public record Checked(
            EntityUid principal,
            EntityUid action,
            EntityUid resource,
            Map<String, Value> context,
            List<Entity> entities) {}

    public RequestReader(Schema schema) {
        this.schema = schema;
        this.entities = new EntityReader(schema);
    }

    /**
     * Reads an object with nothing but a request in it.
     *
     * @param name of the text, for messages
     */
    public Checked read(String name, String text) throws PolicyException {
        return read(name, JsonText.parse(name, text, SchemaBounds.DEPTH_MAX));
    }

    Checked read(String name, Json json) throws PolicyException {
        ValueReader values = new ValueReader(name, schema);
        JsonMembers members = JsonMembers.of(name, json, "a request");
        Json principalJson = members.get("principal");
        Json actionJson = members.get("action");
        Json resourceJson = members.get("resource");
        EntityUid principal = values.uid(principalJson);
        EntityUid actionUid = values.uid(actionJson);
        EntityUid resource = values.uid(resourceJson);
        Schema.ActionType action =
                schema.action(actionUid)
                        .orElseThrow(() ->
                                values.problem(
                                        actionJson.at(),
                                        Quoting.literal(actionUid) + " is no action",
                                        ""));
        if (!action.principals().contains(principal.type())) {
            throw values.problem(
                    principalJson.at(),
                    Sentences.article(principal.type()) + " cannot ask for " + shown(action),
                    oneOf(action.principals()));
        }
        if (!action.resources().contains(resource.type())) {
            throw values.problem(
                    resourceJson.at(),
                    shown(action) + " is never about " + Sentences.article(resource.type()),
                    oneOf(action.resources()));
        }
        Json context = members.find("context").orElse(new Json.Obj(members.at(), Map.of()));
        Map<String, Value> read =
                values.members(
                        context, action.context().attributes(), "the context of " + shown(action));
        Json slice = members.find("entities").orElse(new Json.Arr(members.at(), List.of()));
        List<Entity> entityList = new ArrayList<>(entities.read(name, slice));
        members.refuseOthers();
        return new Checked(principal, actionUid, resource, read, List.copyOf(entityList));
    }

    private static String shown(Schema.ActionType action) {
        return Sentences.action(action.uid());
    }

    private static String oneOf(Iterable<String> types) {
        String known = String.join(", ", types);
        return known.isEmpty() ? "it is a group of actions" : "one of " + known;
    }
}
