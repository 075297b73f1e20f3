package rein.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/**
 * What an approval is bound to: SHA-256 over everything that a request says of itself, which is its
 * principal, action, resource and context. What the ledger adds changes with every request of the
 * run and is left out; so are the entities, which say nothing that was asked for.
 *
 * <p>Each part is written with its length before it, so that no two requests read the same.
 */
public final class RequestDigest {
    private static final Set<String> VOLATILE = Set.of(History.MEMBER);

    private final StringBuilder text = new StringBuilder();

    private RequestDigest() {}

    /** 64 hexadecimal digits. */
    public static String of(Request request) {
        RequestDigest digest = new RequestDigest();
        digest.part("principal", request.principal().toString());
        digest.part("action", request.action().id());
        digest.part("resource", request.resource().toString());
        new TreeMap<>(request.context())
                .forEach((member, value) -> {
                    if (!VOLATILE.contains(member)) {
                        digest.part("member", member);
                        digest.part("value", shown(value));
                    }
                });
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] bytes = digest.text.toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(sha.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private void part(String name, String value) {
        text.append(name).append(' ').append(sized(value)).append('\n');
    }

    /** One text for each value, whatever order its members came in. */
    private static String shown(Value value) {
        return switch (value) {
            case Value.Bool(boolean flag) -> "bool " + flag;
            case Value.Int(long number) -> "int " + number;
            case Value.Text(String words) -> "text " + sized(words);
            case Value.Ref(var uid) -> "ref " + sized(uid.toString());
            case Value.Extension(String constructor, String argument) ->
                    "call " + sized(constructor) + " " + sized(argument);
            case Value.SetOf(Set<Value> elements) -> {
                TreeSet<String> sorted = new TreeSet<>();
                elements.forEach(element -> sorted.add(sized(shown(element))));
                yield "set " + String.join(" ", sorted);
            }
            case Value.Struct(var members) -> {
                StringBuilder all = new StringBuilder("record");
                new TreeMap<>(members)
                        .forEach((name, member) ->
                                all.append(' ')
                                        .append(sized(name))
                                        .append(' ')
                                        .append(sized(shown(member))));
                yield all.toString();
            }
        };
    }

    private static String sized(String text) {
        return text.length() + ":" + text;
    }
}
