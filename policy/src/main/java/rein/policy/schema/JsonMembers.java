package rein.policy.schema;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rein.policy.json.Json;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;

/** Reads the members of one JSON object; whoever is done refuses what was not asked for. */
final class JsonMembers {
    private final String name;
    private final Json.Obj object;
    private final Set<String> asked = new LinkedHashSet<>();

    private JsonMembers(String name, Json.Obj object) {
        this.name = name;
        this.object = object;
    }

    /**
     * @param name of the text
     * @param what for messages, for example {@code an action}
     */
    static JsonMembers of(String name, Json json, String what) throws PolicyException {
        if (json instanceof Json.Obj object) {
            return new JsonMembers(name, object);
        }
        throw expected(name, json, what + " as an object");
    }

    Position at() {
        return object.at();
    }

    boolean has(String member) {
        return object.members().containsKey(member);
    }

    /** JSON's null counts as not there. */
    Optional<Json> find(String member) {
        asked.add(member);
        return Optional.ofNullable(object.members().get(member))
                .filter(json -> !(json instanceof Json.Null));
    }

    Json get(String member) throws PolicyException {
        Optional<Json> found = find(member);
        if (found.isEmpty()) {
            throw problem(name, at(), "the member " + Quoting.literal(member) + " is missing", "");
        }
        return found.get();
    }

    String text(String member) throws PolicyException {
        return text(name, get(member));
    }

    Optional<Boolean> flag(String member) throws PolicyException {
        Optional<Json> found = find(member);
        if (found.isPresent() && !(found.get() instanceof Json.Bool)) {
            throw expected(name, found.get(), "true or false");
        }
        return found.map(json -> ((Json.Bool) json).value());
    }

    List<Json> array(String member) throws PolicyException {
        Optional<Json> found = find(member);
        if (found.isEmpty()) {
            return List.of();
        }
        if (found.get() instanceof Json.Arr(_, List<Json> elements)) {
            return elements;
        }
        throw expected(name, found.get(), "an array");
    }

    /** The members of an object that is a member of this one; none when it is not there. */
    Map<String, Json> members(String member) throws PolicyException {
        Optional<Json> found = find(member);
        if (found.isEmpty()) {
            return Map.of();
        }
        if (found.get() instanceof Json.Obj(_, Map<String, Json> members)) {
            return members;
        }
        throw expected(name, found.get(), "an object");
    }

    Map<String, String> annotations() throws PolicyException {
        Map<String, String> annotations = new LinkedHashMap<>();
        for (Map.Entry<String, Json> entry : members("annotations").entrySet()) {
            String value =
                    entry.getValue() instanceof Json.Null ? "" : text(name, entry.getValue());
            annotations.put(entry.getKey(), value);
        }
        return annotations;
    }

    /** Unknown members are mistakes: what they meant would not hold. */
    void refuseOthers() throws PolicyException {
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
            if (!asked.contains(member.getKey())) {
                throw problem(
                        name,
                        member.getValue().at(),
                        "unknown member " + Quoting.literal(member.getKey()),
                        helpAmong(member.getKey(), asked));
            }
        }
    }

    static String text(String name, Json json) throws PolicyException {
        if (json instanceof Json.Text(_, String value)) {
            return value;
        }
        throw expected(name, json, "a string");
    }

    static PolicyException expected(String name, Json found, String what) {
        return problem(name, found.at(), "expected " + what + ", found " + found.shown(), "");
    }

    static PolicyException problem(String name, Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.SYNTAX, new Problem(name, at, message, help));
    }

    private static String helpAmong(String word, Collection<String> known) {
        return known.isEmpty() ? "none is known here" : Spelling.help(word, known);
    }
}
