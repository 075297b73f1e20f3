package rein.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static rein.vocabulary.Decision.Outcome.ALLOW;
import static rein.vocabulary.Decision.Outcome.DENY;
import static rein.vocabulary.Decision.Outcome.REQUIRE_APPROVAL;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import rein.testkit.Samples;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.Foreseen;
import rein.vocabulary.PolicyText;
import rein.vocabulary.PolicyText.Mode;
import rein.vocabulary.PolicyText.Scope;
import rein.vocabulary.Reason;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Taint;
import rein.vocabulary.Value;

/** How the policies of the scopes are united, and what a decision says. */
class DecisionPointTest {
    private static final String PERMIT = "permit (principal, action, resource);";
    private static final String ASKS =
            "@approval(\"owner\") permit (principal, action == Action::\"network:connect\", resource";
    private static final String FORBID = "forbid (principal, action, resource);";
    private static final String NAMED = "permit (principal, action, resource == Host::\"a.test\");";

    /** Fails on every request: what a schema cannot foresee is a number that grows too large. */
    private static final String FAILS =
            " (principal, action == Action::\"network:connect\", resource) when { context.port +"
                    + " 9223372036854775807 > 0 };";

    private final CedarDecisionPoint decisions = new CedarDecisionPoint();
    private long number;

    @Test
    void withoutPoliciesTheAnswerIsNo() {
        Decision decision = decide();
        assertThat(decision.outcome()).isEqualTo(DENY);
        assertThat(decision.policies()).isEmpty();
        assertThat(decision.reasons()).extracting(Reason::code).containsExactly("not-permitted");
    }

    @Test
    void eachScopeAppliesWhereItShould() {
        assertThat(decide(text("p", new Scope.Fleet(), PERMIT)).outcome()).isEqualTo(ALLOW);
        assertThat(decide(text("p", new Scope.Pack("coding"), PERMIT)).outcome()).isEqualTo(ALLOW);
        assertThat(decide(text("p", new Scope.Pack("locked"), PERMIT)).outcome()).isEqualTo(DENY);
        assertThat(decide(text("p", new Scope.OfBlueprint("coding"), PERMIT)).outcome())
                .isEqualTo(ALLOW);
        assertThat(decide(text("p", new Scope.OfBlueprint("other"), PERMIT)).outcome())
                .isEqualTo(DENY);
        assertThat(decide(text("p", new Scope.OfAgent("coder"), PERMIT)).outcome())
                .isEqualTo(ALLOW);
        assertThat(decide(text("p", new Scope.OfAgent("other"), PERMIT)).outcome()).isEqualTo(DENY);
    }

    @Test
    void theRunsOwnPoliciesAreUnitedWithTheSnapshots() {
        PolicyText own = text("run", new Scope.OfRun(), PERMIT);
        assertThat(decideRun(List.of(own)).policies()).containsExactly("run#policy0");
        PolicyText elsewhere = text("run", new Scope.OfAgent("other"), PERMIT);
        assertThat(decideRun(List.of(elsewhere)).outcome()).isEqualTo(DENY);
        Decision both = decideRun(List.of(own), text("fleet", new Scope.Fleet(), PERMIT));
        assertThat(both.policies()).containsExactly("fleet#policy0", "run#policy0");
    }

    @Test
    void aForbidOfAnyScopeWins() {
        Decision decision =
                decideRun(
                        List.of(text("run", new Scope.OfRun(), FORBID)),
                        text("fleet", new Scope.Fleet(), PERMIT));
        assertThat(decision.outcome()).isEqualTo(DENY);
        assertThat(decision.policies()).containsExactly("run#policy0");
        assertThat(decision.reasons())
                .containsExactly(
                        new Reason(
                                "forbidden",
                                "Policy run#policy0 forbids network:connect to a.test on port 443 (tls).",
                                "No permit overrides it; ask its author whether it is meant."));
    }

    @Test
    void aForbidSpeaksInItsOwnWords() {
        String words = "@id(\"x\") @reason(\"Because.\") @code(\"why\") @next(\"Do this.\") ";
        Decision decision = decide(text("fleet", new Scope.Fleet(), words + FORBID));
        assertThat(decision.policies()).containsExactly("fleet#x");
        assertThat(decision.reasons()).containsExactly(new Reason("why", "Because.", "Do this."));
    }

    @Test
    void aForbidThatFailsDenies() {
        Decision decision =
                decide(
                        text("bad", new Scope.Fleet(), "forbid" + FAILS),
                        text("good", new Scope.Fleet(), PERMIT));
        assertThat(decision.outcome()).isEqualTo(DENY);
        assertThat(decision.policies()).containsExactly("bad#policy0");
        Reason reason = decision.reasons().getFirst();
        assertThat(reason.code()).isEqualTo("policy-error");
        assertThat(reason.text()).contains("bad#policy0").contains("Long overflow");
    }

    @Test
    void aPermitThatFailsIsSkippedAndNamedOnlyInADenial() {
        PolicyText bad = text("bad", new Scope.Fleet(), "permit" + FAILS);
        Decision denied = decide(bad);
        assertThat(denied.policies()).isEmpty();
        assertThat(denied.reasons())
                .extracting(Reason::code)
                .containsExactly("not-permitted", "policy-error");
        assertThat(denied.reasons().getLast().text()).contains("bad#policy0 was skipped");
        Decision allowed = decide(bad, text("good", new Scope.Fleet(), PERMIT));
        assertThat(allowed.outcome()).isEqualTo(ALLOW);
        assertThat(allowed.policies()).containsExactly("good#policy0");
    }

    @Test
    void aTextThatCannotBeUsedDeniesWhereItApplies() {
        PolicyText good = text("good", new Scope.Fleet(), PERMIT);
        Decision decision = decide(good, text("bad", new Scope.Fleet(), "permit (principal"));
        assertThat(decision.outcome()).isEqualTo(DENY);
        assertThat(decision.reasons().getFirst().code()).isEqualTo("policy-error");
        assertThat(decision.reasons().getFirst().text()).contains("bad:1:18: expected `,`");
        PolicyText elsewhere = text("bad", new Scope.Pack("locked"), "permit (principal");
        assertThat(decide(good, elsewhere).outcome()).isEqualTo(ALLOW);
        PolicyText ofRun = text("bad", new Scope.OfRun(), "permit (principal");
        assertThat(decideRun(List.of(ofRun), good).outcome()).isEqualTo(DENY);
    }

    @Test
    void aSnapshotWithAPolicyOfARunIsNotTrusted() {
        Decision decision =
                decide(
                        text("good", new Scope.Fleet(), PERMIT),
                        text("run", new Scope.OfRun(), PERMIT));
        assertThat(decision.outcome()).isEqualTo(DENY);
        assertThat(decision.reasons().getFirst().code()).isEqualTo("policy-error");
    }

    @Test
    void onlyApprovalsAskForApproval() {
        String approval = "@id(\"ask\") " + ASKS + ");";
        Decision asks = decide(text("fleet", new Scope.Fleet(), approval));
        assertThat(asks.outcome()).isEqualTo(REQUIRE_APPROVAL);
        assertThat(asks.policies()).containsExactly("fleet#ask");
        assertThat(asks.reasons().getFirst().code()).isEqualTo("approval-required");
        assertThat(asks.consent()).contains(new Consent(Consent.Role.OWNER, Consent.HOLD));
        Decision plain =
                decide(
                        text("fleet", new Scope.Fleet(), approval),
                        text("p", new Scope.Fleet(), PERMIT));
        assertThat(plain.outcome()).isEqualTo(ALLOW);
        assertThat(plain.policies()).containsExactly("p#policy0");
        Decision forbidden = decide(text("fleet", new Scope.Fleet(), approval + FORBID));
        assertThat(forbidden.outcome()).isEqualTo(DENY);
    }

    @Test
    void whatIsInShadowChangesNothingAndSaysWhatItWouldHaveDone() {
        Decision decision =
                decide(
                        text("p", new Scope.Fleet(), PERMIT),
                        shadow("new", "@id(\"no\") @code(\"too-far\") " + FORBID));
        assertThat(decision.outcome()).isEqualTo(ALLOW);
        assertThat(decision.policies()).containsExactly("p#policy0");
        assertThat(decision.reasons()).hasSize(1);
        assertThat(decision.foreseen())
                .containsExactly(new Foreseen(Mode.SHADOW, DENY, List.of("new#no"), "too-far"));
        Decision wider = decide(shadow("new", PERMIT));
        assertThat(wider.outcome()).isEqualTo(DENY);
        assertThat(wider.foreseen())
                .containsExactly(
                        new Foreseen(Mode.SHADOW, ALLOW, List.of("new#policy0"), "permitted"));
    }

    @Test
    void nothingIsForeseenWhereTheOutcomeWouldBeTheSame() {
        assertThat(decide(shadow("new", FORBID)).foreseen()).isEmpty();
        assertThat(decide(text("p", new Scope.Fleet(), PERMIT), shadow("new", PERMIT)).foreseen())
                .isEmpty();
        assertThat(decide(text("p", new Scope.Fleet(), FORBID), shadow("new", PERMIT)).foreseen())
                .isEmpty();
        PolicyText elsewhere = new PolicyText("x", new Scope.Pack("locked"), Mode.SHADOW, FORBID);
        assertThat(decide(text("p", new Scope.Fleet(), PERMIT), elsewhere).foreseen()).isEmpty();
    }

    @Test
    void whatOnlyWarnsSaysSoInTheReasons() {
        PolicyText warns = new PolicyText("new", new Scope.Fleet(), Mode.WARN, FORBID);
        Decision decision = decide(text("p", new Scope.Fleet(), PERMIT), warns);
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.reasons())
                .extracting(Reason::code)
                .containsExactly("permitted", "would-deny");
        assertThat(decision.foreseen()).extracting(Foreseen::mode).containsExactly(Mode.WARN);
        PolicyText ofRun = new PolicyText("own", new Scope.OfRun(), Mode.WARN, FORBID);
        assertThat(decideRun(List.of(ofRun), text("p", new Scope.Fleet(), PERMIT)).foreseen())
                .extracting(Foreseen::policies)
                .containsExactly(List.of("own#policy0"));
    }

    @Test
    void aTextInShadowThatCannotBeUsedDeniesNothing() {
        Decision decision =
                decide(text("p", new Scope.Fleet(), PERMIT), shadow("new", "permit (principal"));
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.foreseen())
                .containsExactly(new Foreseen(Mode.SHADOW, DENY, List.of(), "policy-error"));
    }

    @Test
    void aDecisionNamesTheResourceOnlyByANarrowPermitOfExactlyIt() {
        assertThat(decide(text("p", new Scope.OfAgent("coder"), NAMED)).names()).isTrue();
        assertThat(decide(text("p", new Scope.OfBlueprint("coding"), NAMED)).names()).isTrue();
        assertThat(decideRun(List.of(text("p", new Scope.OfRun(), NAMED))).names()).isTrue();
        assertThat(decide(text("p", new Scope.Fleet(), NAMED)).names()).isFalse();
        assertThat(decide(text("p", new Scope.Pack("coding"), NAMED)).names()).isFalse();
        assertThat(decide(text("p", new Scope.OfAgent("coder"), PERMIT)).names()).isFalse();
        String inGroup = "permit (principal, action, resource is Host);";
        assertThat(decide(text("p", new Scope.OfAgent("coder"), inGroup)).names()).isFalse();
    }

    @Test
    void theYesThatAnyOfThePermitsTakesIsEnough() {
        String operator = ASKS.replace("owner", "operator");
        Decision one = decide(fleet("@hold(\"2m\") " + operator + ");"));
        assertThat(one.consent())
                .contains(new Consent(Consent.Role.OPERATOR, Duration.ofMinutes(2)));
        Decision both = decide(fleet("@hold(\"5s\") " + operator + ");" + ASKS + ");"));
        assertThat(both.consent()).contains(new Consent(Consent.Role.OWNER, Consent.HOLD));
    }

    @Test
    void whatDeterminesAnAllowLeavesItsTaints() {
        String taints =
                "@taint(\"private_data, source_code\") permit (principal, action =="
                        + " Action::\"network:connect\", resource);";
        assertThat(decide(fleet(taints)).taints())
                .containsExactlyInAnyOrder(Taint.PRIVATE_DATA, Taint.SOURCE_CODE);
        assertThat(decide(fleet(taints + PERMIT)).taints()).hasSize(2);
        assertThat(decide(fleet(taints + FORBID)).taints()).isEmpty();
    }

    @Test
    void anApprovalDoesNotNameForAPlainPermit() {
        Decision decision =
                decide(
                        text("ask", new Scope.OfAgent("coder"), ASKS + " == Host::\"a.test\");"),
                        text("p", new Scope.Fleet(), PERMIT));
        assertThat(decision.outcome()).isEqualTo(ALLOW);
        assertThat(decision.names()).isFalse();
    }

    @Test
    void theLineOfADenialPermitsExactlyWhatWasAsked() {
        String host = "evil\"\\\u001b[31m.test";
        Decision denied =
                decisions.decide(
                        Asking.connect("coder", host).request(),
                        snapshot(),
                        Asking.facts("coder", "coding", List.of()));
        Reason reason = denied.reasons().getFirst();
        assertThat(reason.text()).doesNotContain("\u001b").contains("\\u{1b}");
        String line = reason.nextStep().substring(reason.nextStep().indexOf("permit ("));
        List<PolicyText> own = List.of(text("grant", new Scope.OfRun(), line));
        Decision allowed =
                decisions.decide(
                        Asking.connect("coder", host).request(),
                        snapshot(),
                        Asking.facts("coder", "coding", own));
        assertThat(allowed.outcome()).isEqualTo(ALLOW);
        assertThat(allowed.names()).isTrue();
        Decision other =
                decisions.decide(
                        Asking.connect("coder", "other.test").request(),
                        snapshot(),
                        Asking.facts("coder", "coding", own));
        assertThat(other.outcome()).isEqualTo(DENY);
    }

    @Test
    void theManagementApiIsDecidedByTheFleetsPoliciesAlone() {
        Snapshot snapshot =
                snapshot(
                        text("p", new Scope.Pack("coding"), PERMIT),
                        text("q", new Scope.OfAgent("coder"), PERMIT));
        assertThat(
                        decisions
                                .decide(Asking.connect("coder", "a.test").request(), snapshot)
                                .outcome())
                .isEqualTo(DENY);
    }

    @Test
    void aSnapshotWithAKnownNumberAndOtherPoliciesIsReadAnew() {
        Snapshot permits = new Snapshot(Samples.TENANT, 7, 0, List.of(fleet(PERMIT)), List.of());
        Snapshot forbids = new Snapshot(Samples.TENANT, 7, 0, List.of(fleet(FORBID)), List.of());
        for (int i = 0; i < 3; i++) {
            assertThat(decideOn(permits).outcome()).isEqualTo(ALLOW);
            assertThat(decideOn(forbids).outcome()).isEqualTo(DENY);
        }
    }

    @Test
    void manyThreadsGetTheSameAnswers() throws InterruptedException, ExecutionException {
        Snapshot snapshot = snapshot(Packs.all().toArray(new PolicyText[0]));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                String protocol = i % 2 == 0 ? "tls" : "ssh";
                String agent = "coder-" + i % 7;
                answers.add(
                        threads.submit(() ->
                                decisions
                                        .decide(
                                                Asking.connect(agent, "m.test", "mirrors")
                                                        .with("protocol", protocol)
                                                        .request(),
                                                snapshot,
                                                Asking.facts(agent, "locked", List.of()))
                                        .allowed()));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo(i % 2 == 0);
            }
        }
    }

    @Test
    void extensionValuesInTheContextAreCompared() {
        String inside =
                "permit (principal, action == Action::\"network:connect\", resource) when {"
                        + " context has address && context.address.isInRange(ip(\"10.0.0.0/8\")) };";
        Snapshot snapshot = snapshot(fleet(inside));
        for (String[] row : new String[][] {{"10.1.2.3", "ALLOW"}, {"11.1.2.3", "DENY"}}) {
            Decision decision =
                    decisions.decide(
                            Asking.connect("coder", "a.test")
                                    .with("address", new Value.Extension("ip", row[0]))
                                    .request(),
                            snapshot,
                            Asking.facts("coder", "coding", List.of()));
            assertThat(decision.outcome().name()).isEqualTo(row[1]);
        }
    }

    private Decision decide(PolicyText... shared) {
        return decideRun(List.of(), shared);
    }

    private Decision decideRun(List<PolicyText> own, PolicyText... shared) {
        return decisions.decide(
                Asking.connect("coder", "a.test").request(),
                snapshot(shared),
                Asking.facts("coder", "coding", own));
    }

    private Decision decideOn(Snapshot snapshot) {
        return decisions.decide(
                Asking.connect("coder", "a.test").request(),
                snapshot,
                Asking.facts("coder", "coding", List.of()));
    }

    private Snapshot snapshot(PolicyText... policies) {
        return new Snapshot(Samples.TENANT, ++number, 0, List.of(policies), List.of());
    }

    private static PolicyText shadow(String name, String text) {
        return new PolicyText(name, new Scope.Fleet(), Mode.SHADOW, text);
    }

    private static PolicyText fleet(String text) {
        return text("fleet", new Scope.Fleet(), text);
    }

    private static PolicyText text(String name, Scope scope, String text) {
        return new PolicyText(name, scope, text);
    }
}
