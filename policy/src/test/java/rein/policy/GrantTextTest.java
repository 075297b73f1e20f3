package rein.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rein.testkit.Samples;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Value;

/** What a grant permits, and what one person alone may grant. */
final class GrantTextTest {
    private final CedarDecisionPoint point = new CedarDecisionPoint();

    private static PolicyText grant(PolicyText.Scope scope, String host, String protocol) {
        return GrantText.of(
                "grant/1a2b3c4d",
                scope,
                "coder",
                host,
                443,
                GrantText.spoken(protocol),
                "Approved by alice \"and\" so on.");
    }

    private Decision connect(
            List<PolicyText> own, String agent, String host, int port, String protocol) {
        return decide(Action.NETWORK_CONNECT, own, List.of(), agent, host, port, protocol, true);
    }

    private Decision decide(
            Action action,
            List<PolicyText> own,
            List<PolicyText> more,
            String agent,
            String host,
            int port,
            String protocol,
            boolean named) {
        Map<String, Value> context = new TreeMap<>();
        context.put("host", Value.of(host));
        context.put("port", Value.of(port));
        context.put("protocol", Value.of(protocol));
        context.put("named", Value.of(named));
        if (action.equals(Action.NETWORK_CONNECT)) {
            context.put("route", Value.of("transparent"));
        }
        EntityUid principal = new EntityUid("Agent", agent);
        EntityUid blueprint = new EntityUid("Blueprint", "coding");
        Request request =
                new Request(
                        principal,
                        action,
                        new EntityUid("Host", host),
                        context,
                        List.of(
                                new Entity(principal, Set.of(blueprint)),
                                new Entity(blueprint, Set.of())));
        List<PolicyText> shared = new java.util.ArrayList<>(Packs.all());
        shared.addAll(more);
        return point.decide(
                request,
                new Snapshot(Samples.TENANT, 1 + more.size(), 0, shared, List.of()),
                new RunFacts(Samples.run(agent, 1), "coding", own, Set.of(), Map.of()));
    }

    @Test
    void itPermitsExactlyWhatWasDenied() {
        List<PolicyText> own = List.of(grant(new PolicyText.Scope.OfRun(), "docs.example", "tls"));
        Decision decision = connect(own, "coder", "docs.example", 443, "tls");
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.policies()).containsExactly("grant/1a2b3c4d#grant");
        assertThat(decision.names()).as("opens an address that is not public").isTrue();
        assertThat(connect(own, "coder", "docs.example", 444, "tls").allowed()).isFalse();
        assertThat(connect(own, "coder", "docs.example", 443, "http").allowed()).isFalse();
        assertThat(connect(own, "coder", "a.docs.example", 443, "tls").allowed()).isFalse();
        assertThat(connect(own, "other", "docs.example", 443, "tls").allowed()).isFalse();
    }

    @Test
    void aTunnelThatSaidNothingYetMaySpeakTheWebsProtocolsAndNoOthers() {
        List<PolicyText> own =
                List.of(grant(new PolicyText.Scope.OfAgent("coder"), "docs.example", "connect"));
        for (String spoken : List.of("tls", "http", "websocket")) {
            assertThat(connect(own, "coder", "docs.example", 443, spoken).allowed()).isTrue();
        }
        assertThat(connect(own, "coder", "docs.example", 443, "ssh").allowed()).isFalse();
        assertThat(connect(own, "coder", "docs.example", 443, "unknown").allowed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stratum", "socks"})
    void noGrantLiftsAForbidOfTheFleet(String protocol) {
        List<PolicyText> own =
                List.of(grant(new PolicyText.Scope.OfRun(), "pool.example", protocol));
        Decision decision = connect(own, "coder", "pool.example", 443, protocol);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.policies()).containsExactly("fleet#no-" + protocol);
    }

    @Test
    void whatAnAgentChoseCannotBreakOutOfTheText() {
        String host = "x\") when { true }; permit (principal, action, resource); //";
        PolicyText text = grant(new PolicyText.Scope.OfRun(), host, "tls");
        assertThat(Policies.check(text)).isEmpty();
        assertThat(connect(List.of(text), "coder", "other.example", 443, "tls").allowed())
                .isFalse();
        assertThat(connect(List.of(text), "coder", host, 443, "tls").allowed()).isTrue();
        assertThatThrownBy(() -> grant(new PolicyText.Scope.OfRun(), "h", "no-such-protocol"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "tls, 443, true, true",
        "tls, 8443, true, true",
        "http, 80, true, true",
        "websocket, 80, true, true",
        "ssh, 22, true, true",
        "ssh, 2222, true, false",
        "tls, 443, false, false",
        "http, 80, false, false",
        "ssh, 22, false, false",
        "tls-unnamed, 443, true, false",
        "unknown, 5432, true, false",
        "silent, 3306, true, false"
    })
    void theFleetsCeiling(String protocol, int port, boolean named, boolean alone) {
        Decision decision =
                decide(
                        Action.NETWORK_GRANT,
                        List.of(),
                        List.of(),
                        "coder",
                        "host.example",
                        port,
                        protocol,
                        named);
        assertThat(decision.allowed()).isEqualTo(alone);
    }

    @Test
    void aBlueprintsCeilingIsPolicyOfThatScopeAndAForbidNarrowsIt() {
        PolicyText narrower =
                new PolicyText(
                        "coding-ceiling",
                        new PolicyText.Scope.OfBlueprint("coding"),
                        "forbid (principal, action == Action::\"network:grant\", resource)"
                                + " unless { context.host like \"*.example\" };");
        assertThat(ceiling(narrower, "docs.example")).isTrue();
        assertThat(ceiling(narrower, "docs.test")).isFalse();
        PolicyText others =
                new PolicyText(
                        "other-ceiling",
                        new PolicyText.Scope.OfBlueprint("other"),
                        "forbid (principal, action == Action::\"network:grant\", resource);");
        assertThat(ceiling(others, "docs.test")).as("another blueprint's").isTrue();
        PolicyText broken =
                new PolicyText(
                        "broken", new PolicyText.Scope.OfBlueprint("coding"), "permit (principal");
        assertThat(ceiling(broken, "docs.example")).as("cannot be decided").isFalse();
    }

    private boolean ceiling(PolicyText more, String host) {
        return new GrantTextTest()
                .decide(
                        Action.NETWORK_GRANT,
                        List.of(),
                        List.of(more),
                        "coder",
                        host,
                        443,
                        "tls",
                        true)
                .allowed();
    }

    @Test
    void theCeilingItselfPermitsNothing() {
        assertThat(connect(List.of(), "coder", "docs.example", 443, "tls").allowed()).isFalse();
    }
}
