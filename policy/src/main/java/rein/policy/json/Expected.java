package rein.policy.json;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rein.policy.syntax.Names;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** Takes a JSON value for what it has to be, or says what was expected where it stands. */
final class Expected {
    private final String name;

    Expected(String name) {
        this.name = name;
    }

    Map<String, Json> object(Json json, String what) throws PolicyException {
        if (json instanceof Json.Obj(_, Map<String, Json> members)) {
            return members;
        }
        throw wrong(json, what);
    }

    /** An object with these members: the first ones always, the others perhaps. */
    Map<String, Json> object(Json json, String what, Set<String> required, Set<String> optional)
            throws PolicyException {
        Map<String, Json> members = object(json, what);
        for (Map.Entry<String, Json> member : members.entrySet()) {
            String key = member.getKey();
            if (!required.contains(key) && !optional.contains(key)) {
                List<String> known =
                        java.util.stream.Stream.of(required, optional)
                                .flatMap(Set::stream)
                                .sorted()
                                .toList();
                throw syntax(
                        member.getValue().at(),
                        what + " has no member " + Quoting.literal(key),
                        Spelling.help(key, known));
            }
        }
        for (String key : required.stream().sorted().toList()) {
            if (!members.containsKey(key)) {
                throw syntax(json.at(), what + " needs the member " + Quoting.literal(key), "");
            }
        }
        return members;
    }

    List<Json> array(Json json, String what) throws PolicyException {
        if (json instanceof Json.Arr(_, List<Json> elements)) {
            return elements;
        }
        throw wrong(json, what);
    }

    String text(Json json, String what) throws PolicyException {
        if (json instanceof Json.Text(_, String value)) {
            return value;
        }
        throw wrong(json, what);
    }

    String oneOf(Json json, String what, Collection<String> words) throws PolicyException {
        String word = text(json, what);
        if (!words.contains(word)) {
            throw syntax(
                    json.at(), what + " is " + Quoting.literal(word), Spelling.help(word, words));
        }
        return word;
    }

    String type(Json json) throws PolicyException {
        String type = text(json, "an entity type");
        if (!Names.isPath(type)) {
            throw syntax(json.at(), Quoting.literal(type) + " is no entity type", "");
        }
        return type;
    }

    /** {@code {"type": …, "id": …}}, or the same in {@code {"__entity": …}}. */
    EntityUid entity(Json json) throws PolicyException {
        Map<String, Json> outer = object(json, "an entity");
        Json inner = outer.size() == 1 ? outer.getOrDefault("__entity", json) : json;
        Map<String, Json> members = object(inner, "an entity", Set.of("type", "id"), Set.of());
        return new EntityUid(
                type(member(members, "type")), text(member(members, "id"), "an entity's id"));
    }

    /** A member that {@link #object} has seen. */
    static Json member(Map<String, Json> members, String key) {
        Json member = members.get(key);
        if (member == null) {
            throw new IllegalStateException("nobody checked that there is a member " + key);
        }
        return member;
    }

    PolicyException wrong(Json json, String what) {
        return syntax(json.at(), "expected " + what + ", found " + json.shown(), "");
    }

    PolicyException syntax(Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.SYNTAX, new Problem(name, at, message, help));
    }

    PolicyException tooLarge(Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.TOO_LARGE, new Problem(name, at, message, help));
    }
}
