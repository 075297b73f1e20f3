package rein.gateway.egress;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpVersion;

/** The head of an HTTP/1 message: its first line and its fields, in order. */
sealed interface HttpHead {
    /**
     * A request's.
     *
     * @param target as sent: origin-form, absolute-form, authority-form or {@code *}
     */
    record OfRequest(String method, String target, HttpVersion version, List<HttpField> fields)
            implements HttpHead {}

    record OfResponse(HttpVersion version, int status, String reason, List<HttpField> fields)
            implements HttpHead {
        boolean interim() {
            return status < 200 && status != 101;
        }
    }

    /** Fields that belong to one hop (RFC 9110 §7.6.1) or to the talk with a proxy (§11.7). */
    Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "content-length",
                    "host");

    HttpVersion version();

    List<HttpField> fields();

    default Optional<String> value(String name) {
        return fields().stream()
                .filter(field -> field.is(name))
                .map(field -> Optional.ofNullable(field.getValue()).orElse(""))
                .findFirst();
    }

    default long count(String name) {
        return fields().stream().filter(field -> field.is(name)).count();
    }

    /** True if a list-valued field has this member. */
    default boolean has(String name, String token) {
        return fields().stream()
                .filter(field -> field.is(name))
                .flatMap(field -> tokens(field).stream())
                .anyMatch(token::equals);
    }

    /**
     * The fields that are passed on. Framing and Host are written anew; what Connection names,
     * Proxy-* and our own field stay here.
     */
    default List<HttpField> endToEnd() {
        Set<String> dropped = new HashSet<>(HOP_BY_HOP);
        fields().stream()
                .filter(field -> field.is("Connection"))
                .forEach(field -> dropped.addAll(tokens(field)));
        List<HttpField> kept = new ArrayList<>();
        for (HttpField field : fields()) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            boolean stays =
                    dropped.contains(name)
                            || name.startsWith("proxy-")
                            || field.is(HttpAnswer.REASON_FIELD);
            if (!stays) {
                kept.add(field);
            }
        }
        return kept;
    }

    private static List<String> tokens(HttpField field) {
        List<String> tokens = new ArrayList<>();
        for (String token : Optional.ofNullable(field.getValue()).orElse("").split(",", -1)) {
            tokens.add(token.trim().toLowerCase(Locale.ROOT));
        }
        return tokens;
    }
}
