package rein.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import rein.gateway.DecisionBasis;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.policy.review.NewRun;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.Run;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Value;

final class AskedTextTest {
    private static final EntityUid AGENT = new EntityUid("Agent", "coder \"ü\"");
    private static final EntityUid HOST = new EntityUid("Host", "a.test");

    /** Every form that a value can have. */
    private static final Map<String, Value> VALUES =
            Map.of(
                    "flag",
                    Value.of(true),
                    "number",
                    Value.of(-9_007_199_254_740_993L),
                    "text",
                    Value.of("a\"\n\u0000ü"),
                    "ref",
                    new Value.Ref(HOST),
                    "set",
                    new Value.SetOf(Set.of(Value.of("b"), Value.of("a"), Value.of(1))),
                    "struct",
                    new Value.Struct(Map.of("inner", new Value.Struct(Map.of()))),
                    "ip",
                    new Value.Extension("ip", "10.0.0.0/8"));

    private static DecisionBasis.Asked asked(PolicyText... own) {
        Request request =
                new Request(
                        AGENT,
                        Action.NETWORK_CONNECT,
                        HOST,
                        VALUES,
                        List.of(
                                new Entity(
                                        AGENT,
                                        Map.of("owner", Value.of("alice")),
                                        Set.of(new EntityUid("Blueprint", "builders")),
                                        Map.of("team", Value.of("x"))),
                                new Entity(HOST, Set.of(new EntityUid("HostGroup", "g")))));
        return new DecisionBasis.Asked(
                request,
                new RunFacts(
                        Samples.run("coder", 1), "locked", List.of(own), Set.of("t"), Map.of()),
                Decision.deny("code", "Text.", ""));
    }

    @Test
    void whatIsWrittenIsReadBackWhole() {
        PolicyText own =
                new PolicyText(
                        "p.cedar",
                        new PolicyText.Scope.OfRun(),
                        "permit (principal, action, resource);");
        PolicyText tried =
                new PolicyText(
                        "q",
                        new PolicyText.Scope.OfAgent("coder"),
                        PolicyText.Mode.WARN,
                        "// nothing");
        DecisionBasis.Asked asked = asked(own, tried);
        Map<String, String> content = new AskedText().of(asked);
        assertThat(content).containsOnlyKeys(AskedText.NAME);
        AskedText.Kept kept =
                AskedText.read(content.getOrDefault(AskedText.NAME, "")).orElseThrow();
        assertThat(kept.request()).isEqualTo(asked.request());
        assertThat(kept.policies()).containsExactly(own, tried);
        assertThat(kept.pack()).isEqualTo("locked");
        assertThat(kept.taints()).containsExactly("t");
        assertThat(kept.outcome()).isEqualTo(Decision.Outcome.DENY);
        assertThat(kept.blueprint()).isEqualTo("builders");
        assertThat(kept.whole()).isTrue();
        assertThat(new AskedText().of(asked(own, tried))).isEqualTo(content);
    }

    @Test
    void policiesThatAreTooLongAreSaidToBeMissing() {
        PolicyText longText =
                new PolicyText(
                        "long",
                        new PolicyText.Scope.OfRun(),
                        " ".repeat(AskedText.POLICIES_CHARS_MAX + 1));
        String json = new AskedText().of(asked(longText)).getOrDefault(AskedText.NAME, "");
        assertThat(json.length()).isLessThan(8_192);
        assertThat(AskedText.read(json).orElseThrow().whole()).isFalse();
    }

    @Test
    void whatIsCutOrOfAnotherFormIsNotRead() {
        String json = new AskedText().of(asked()).getOrDefault(AskedText.NAME, "");
        for (int end = 0; end < json.length(); end++) {
            assertThat(AskedText.read(json.substring(0, end))).isEmpty();
        }
        assertThat(AskedText.read(json.replace("\"v\":1", "\"v\":2"))).isEmpty();
        assertThat(AskedText.read(json.replace("\"DENY\"", "\"MAYBE\""))).isEmpty();
        assertThat(AskedText.read("{\"v\":1}")).isEmpty();
        String deep = "[".repeat(40) + "]".repeat(40);
        assertThat(AskedText.read(json.replace("true", deep))).isEmpty();
    }

    /** What is asked for a run that nobody started is what the ledger says of one that begins. */
    @Test
    void aNewRunIsAsTheLedgerSaysIt() {
        RunContext context =
                new RunContext() {
                    @Override
                    public Run run() {
                        return Samples.run("coder", 1);
                    }

                    @Override
                    public Snapshot snapshot() {
                        return new Snapshot(Samples.TENANT, 1, 0, List.of(), List.of());
                    }

                    @Override
                    public String pack() {
                        return "coding";
                    }

                    @Override
                    public List<PolicyText> policies() {
                        return List.of();
                    }

                    @Override
                    public Optional<Decision> standing() {
                        return Optional.empty();
                    }

                    @Override
                    public Set<String> groupsOf(String host) {
                        return Set.of();
                    }
                };
        RunLedger.Decided decided =
                new RunLedger(new SimulatedTime())
                        .decide(
                                (request, snapshot, facts) -> Decision.deny("no", "No.", ""),
                                asked().request(),
                                context);
        assertThat(decided.asked().orElseThrow().request().context())
                .containsEntry(NewRun.MEMBER, NewRun.facts());
    }
}
