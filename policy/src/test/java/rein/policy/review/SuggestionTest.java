package rein.policy.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rein.policy.Policies;
import rein.vocabulary.Decision.Outcome;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;

final class SuggestionTest {
    private final TextSet shipped = Connects.shippedAnd();

    private Recorded seen(String host, long port, String protocol) {
        return Connects.recorded(shipped, Connects.to("coder", host, port, protocol), "observe", 1);
    }

    private Recorded granted(String host, long port, String protocol) {
        Request request = Connects.to("coder", host, port, protocol);
        return new Recorded(request, Connects.facts("coder", "coding"), Outcome.ALLOW, true, 1);
    }

    @Test
    void itPermitsWhatPassedAndNothingThatDidNot() {
        List<Recorded> all =
                List.of(
                        seen("b.test", 443, "tls"),
                        granted("a.test", 80, "http"),
                        granted("a.test", 443, "tls"),
                        seen("b.test", 22, "ssh"),
                        seen("c.test", 8443, "tls"),
                        seen("pool.test", 3333, "stratum"));
        Suggestion suggestion = Suggestion.of("coder", all, shipped, "locked");
        assertThat(suggestion.proved()).isTrue();
        assertThat(List.of(suggestion.permitted(), suggestion.seen())).containsExactly(3, 3);
        assertThat(List.of(suggestion.refused(), suggestion.denied())).containsExactly(3, 3);
        assertThat(suggestion.open()).isEmpty();
        assertThat(suggestion.text())
                .contains(
                        "Host::\"a.test\"",
                        "[\"GET\"].contains(context.method)",
                        "context.port == 443")
                .doesNotContain("c.test", "ssh", "stratum");
        PolicyText text =
                new PolicyText("s", new PolicyText.Scope.OfAgent("coder"), suggestion.text());
        assertThat(Policies.check(text)).isEmpty();
    }

    @Test
    void whatTheFleetForbidsCannotBeSuggestedAndIsSaid() {
        List<Recorded> all = List.of(granted("pool.test", 3333, "stratum"));
        Suggestion suggestion = Suggestion.of("coder", all, shipped, "locked");
        assertThat(suggestion.proved()).isFalse();
        assertThat(suggestion.open())
                .containsExactly("pool.test:3333 (stratum) passed, and would not");
    }

    @Test
    void whatTheDoorRefusedThoughPolicyAllowedItCountsAsRefused() {
        Recorded door =
                new Recorded(
                        Connects.to("coder", "inside.test", 443, "tls"),
                        Connects.facts("coder", "observe"),
                        Outcome.ALLOW,
                        false,
                        1);
        Suggestion suggestion =
                Suggestion.of(
                        "coder", List.of(door, seen("b.test", 443, "tls")), shipped, "locked");
        assertThat(suggestion.proved()).isTrue();
        assertThat(suggestion.denied()).isEqualTo(1);
        assertThat(suggestion.text()).doesNotContain("inside.test");
    }

    @Test
    void ofAnotherAgentNothingIsTaken() {
        Suggestion suggestion =
                Suggestion.of("other", List.of(seen("b.test", 443, "tls")), shipped, "locked");
        assertThat(suggestion.text()).isEmpty();
        assertThat(suggestion.seen()).isZero();
    }
}
