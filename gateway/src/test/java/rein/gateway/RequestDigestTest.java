package rein.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Action;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/** A yes is to one request and to nothing that looks like it. */
final class RequestDigestTest {
    private static Request request(String host, Map<String, Value> context) {
        return new Request(
                new EntityUid("Agent", "coder"),
                Action.NETWORK_CONNECT,
                new EntityUid("Host", host),
                context,
                List.of());
    }

    @Test
    void whatTheLedgerAddsChangesNothing() {
        Request asked = request("a.test", Map.of("port", Value.of(443)));
        assertThat(RequestDigest.of(asked.with("run", Value.of(7))))
                .isEqualTo(RequestDigest.of(asked))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void everythingElseDoes() {
        List<Request> all =
                List.of(
                        request("a.test", Map.of("port", Value.of(443))),
                        request("b.test", Map.of("port", Value.of(443))),
                        request("a.test", Map.of("port", Value.of(80))),
                        request("a.test", Map.of("port", Value.of("443"))),
                        request("a.test", Map.of("port", Value.of(443), "method", Value.of("GET"))),
                        request("a.test", Map.of("port", set("a", "b"))),
                        request("a.test", Map.of("port", set("a b"))),
                        request("a.test", Map.of("port", set("1:a 1:b"))),
                        request(
                                "a.test",
                                Map.of("port", new Value.Struct(Map.of("a", Value.of("b"))))));
        assertThat(all.stream().map(RequestDigest::of)).doesNotHaveDuplicates();
    }

    @Test
    void theOrderOfASetAndOfARecordDoesNotCount() {
        Request one = request("a.test", Map.of("x", set("a", "b", "c")));
        Request other = request("a.test", Map.of("x", set("c", "a", "b")));
        assertThat(RequestDigest.of(one)).isEqualTo(RequestDigest.of(other));
    }

    private static Value set(String... words) {
        Set<Value> elements = new java.util.LinkedHashSet<>();
        for (String word : words) {
            elements.add(Value.of(word));
        }
        return new Value.SetOf(elements);
    }
}
