package rein.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Action;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Reason;
import rein.vocabulary.Request;
import rein.vocabulary.Run;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Taint;
import rein.vocabulary.Value;

final class RunLedgerTest {
    private static final SimulatedTime TIME = new SimulatedTime();

    private static final Request REQUEST =
            new Request(
                    new EntityUid("Agent", "a"),
                    Action.NETWORK_CONNECT,
                    new EntityUid("Host", "h"),
                    Map.of(),
                    List.of());

    private static final RunContext CONTEXT =
            new RunContext() {
                @Override
                public Run run() {
                    return Samples.run("a", 1);
                }

                @Override
                public Snapshot snapshot() {
                    return new Snapshot(Samples.TENANT, 7, 0, List.of(), List.of());
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

    @Test
    void parallelCallsCannotPassALimit() throws InterruptedException {
        RunLedger ledger = new RunLedger(TIME);
        int limit = 100;
        DecisionPoint limited =
                (request, snapshot, facts) ->
                        facts.counters().getOrDefault(RunLedger.ALLOWED, 0L) < limit
                                ? new Decision(
                                        Decision.Outcome.ALLOW, List.of("p"), List.of(), false)
                                : Decision.deny("limit", "The limit is reached.", "");
        AtomicInteger allowed = new AtomicInteger();
        List<Thread> threads =
                java.util.stream.IntStream.range(0, 16)
                        .mapToObj(i ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            for (int n = 0; n < 50; n++) {
                                                if (ledger.decide(limited, REQUEST, CONTEXT)
                                                        .decision()
                                                        .allowed()) {
                                                    allowed.incrementAndGet();
                                                }
                                            }
                                        }))
                        .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(allowed).hasValue(limit);
        assertThat(ledger.counter(RunLedger.DECISIONS)).isEqualTo(800);
    }

    @Test
    void countsHowManyWaysAGoalWasTried() {
        RunLedger ledger = new RunLedger(TIME);
        assertThat(ledger.denied("evil.test", "transparent/ssh/22")).isEqualTo(1);
        assertThat(ledger.denied("evil.test", "transparent/ssh/22")).isEqualTo(1);
        assertThat(ledger.denied("evil.test", "transparent/ssh/443")).isEqualTo(2);
        assertThat(ledger.denied("evil.test", "connect/ssh/443")).isEqualTo(3);
        assertThat(ledger.counter(RunLedger.DENIALS)).isEqualTo(4);
        assertThat(ledger.counter(RunLedger.DENIED_GOALS)).isEqualTo(1);
    }

    @Test
    void aSweepOverManyGoalsStaysBounded() {
        RunLedger ledger = new RunLedger(TIME);
        for (int i = 0; i < RunLedger.GOALS_MAX + 10; i++) {
            ledger.denied("10.0.0." + i, "transparent/silent/22");
        }
        assertThat(ledger.counter(RunLedger.DENIED_GOALS)).isEqualTo(RunLedger.GOALS_MAX + 10);
        assertThat(ledger.denied("one.more", "x")).isZero();
    }

    @Test
    void factsAreACopy() {
        RunLedger ledger = new RunLedger(TIME);
        ledger.taint(Taint.UNTRUSTED_INPUT);
        ledger.count(RunLedger.SENT_BYTES, 5);
        var facts = ledger.facts(CONTEXT);
        ledger.count(RunLedger.SENT_BYTES, 5);
        assertThat(facts.counters()).containsEntry(RunLedger.SENT_BYTES, 5L);
        assertThat(facts.taints()).containsExactly("untrusted_input");
        assertThat(facts.pack()).isEqualTo("coding");
    }

    @Test
    void aCopyGoesOnWhereTheLedgerLeftOff() {
        RunLedger before = new RunLedger(TIME);
        before.taint(Taint.PRIVATE_DATA);
        before.count(RunLedger.CONNECTIONS, 7);
        assertThat(before.denied("evil.test", "transparent/ssh/22")).isEqualTo(1);
        RunLedger after = RunLedger.of(before.copy(), TIME);
        assertThat(after.counter(RunLedger.CONNECTIONS)).isEqualTo(7);
        assertThat(after.facts(CONTEXT).taints()).containsExactly("private_data");
        assertThat(after.denied("evil.test", "transparent/ssh/22")).isEqualTo(1);
        assertThat(after.denied("evil.test", "proxy/ssh/22")).isEqualTo(2);
        assertThat(after.counter(RunLedger.DENIED_GOALS)).isEqualTo(1);
        assertThat(before.counter(RunLedger.DENIALS)).as("a copy").isEqualTo(1);
    }

    private static final DecisionPoint ALLOWS =
            (request, snapshot, facts) ->
                    new Decision(Decision.Outcome.ALLOW, List.of("p"), List.of(), false);

    /** The facts of the run as the decision point gets them. */
    private static Map<String, Value> facts(RunLedger ledger) {
        Request seen =
                ledger.decide(ALLOWS, REQUEST, CONTEXT, RunLedger.Wake.NONE)
                        .asked()
                        .map(DecisionBasis.Asked::request)
                        .orElseThrow();
        return ((Value.Struct) seen.context().getOrDefault("run", Value.of(false))).members();
    }

    private static long count(RunLedger ledger, String fact, String window) {
        Value counted = facts(ledger).getOrDefault(fact, Value.of(false));
        return ((Value.Int) ((Value.Struct) counted).members().getOrDefault(window, counted))
                .value();
    }

    @Test
    void whatHappenedStaysInItsWindowsAndThenOnlyInTheWhole() {
        SimulatedTime time = new SimulatedTime();
        RunLedger ledger = new RunLedger(time);
        assertThat(ledger.denied("a.test", "x")).isEqualTo(1);
        assertThat(ledger.denied("a.test", "x")).isEqualTo(1);
        assertThat(count(ledger, "denials", "minute")).isEqualTo(2);
        assertThat(count(ledger, "deniedHosts", "minute")).isEqualTo(1);
        time.advance(Duration.ofMinutes(9));
        assertThat(count(ledger, "denials", "minute")).isZero();
        assertThat(count(ledger, "denials", "tenMinutes")).isEqualTo(2);
        time.advance(Duration.ofMinutes(1));
        assertThat(count(ledger, "denials", "tenMinutes")).isZero();
        assertThat(count(ledger, "denials", "hour")).isEqualTo(2);
        time.advance(Duration.ofHours(3));
        assertThat(count(ledger, "denials", "hour")).isZero();
        assertThat(count(ledger, "denials", "all")).isEqualTo(2);
    }

    @Test
    void aHostIsNewUntilTheRunWasLetThroughToIt() {
        RunLedger ledger = new RunLedger(TIME);
        assertThat(facts(ledger)).containsEntry("newHost", Value.of(true));
        ledger.reached("other.test");
        assertThat(facts(ledger)).containsEntry("newHost", Value.of(true));
        ledger.reached(REQUEST.resource().id());
        assertThat(facts(ledger)).containsEntry("newHost", Value.of(false));
    }

    @Test
    void aTaintCountsFromTheNextDecisionOnAndIsThereInTheRecordOfThisOne() {
        RunLedger ledger = new RunLedger(TIME);
        RunLedger.Wake wake = RunLedger.Wake.of(Set.of(Taint.UNTRUSTED_INPUT));
        RunLedger.Decided first = ledger.decide(ALLOWS, REQUEST, CONTEXT, wake);
        assertThat(first.taints()).containsExactly("untrusted_input");
        Map<String, Value> then =
                ((Value.Struct)
                                first.asked()
                                        .map(DecisionBasis.Asked::request)
                                        .orElseThrow()
                                        .context()
                                        .getOrDefault("run", Value.of(false)))
                        .members();
        assertThat(then).containsEntry("taints", new Value.SetOf(Set.of()));
        assertThat(facts(ledger))
                .containsEntry("taints", new Value.SetOf(Set.of(Value.of("untrusted_input"))));
        DecisionPoint denies = (request, snapshot, facts) -> Decision.deny("no", "No.", "");
        RunLedger untouched = new RunLedger(TIME);
        assertThat(untouched.decide(denies, REQUEST, CONTEXT, wake).taints()).isEmpty();
    }

    @Test
    void aYesCountsOnlyInARoleThatIsEnough() {
        DecisionPoint asks =
                (request, snapshot, facts) ->
                        new Decision(
                                Decision.Outcome.REQUIRE_APPROVAL,
                                List.of("p"),
                                List.of(new Reason("ask", "Ask.", "")),
                                false,
                                List.of(),
                                Set.of(Taint.CREDENTIALS),
                                Optional.of(new Consent(Consent.Role.OPERATOR, Consent.HOLD)));
        RunLedger ledger = new RunLedger(TIME);
        Reason how = new Reason("approved", "Alice approved it.", "");
        RunLedger.Wake owner = RunLedger.Wake.NONE.approved(Consent.Role.OWNER, how);
        assertThat(ledger.decide(asks, REQUEST, CONTEXT, owner).decision().outcome())
                .isEqualTo(Decision.Outcome.REQUIRE_APPROVAL);
        RunLedger.Wake operator = RunLedger.Wake.NONE.approved(Consent.Role.OPERATOR, how);
        RunLedger.Decided decided = ledger.decide(asks, REQUEST, CONTEXT, operator);
        assertThat(decided.decision().allowed()).isTrue();
        assertThat(decided.decision().policies()).containsExactly("p");
        assertThat(decided.decision().reasons()).containsExactly(how);
        assertThat(decided.use()).isInstanceOf(RunGrants.Use.Approved.class);
        assertThat(decided.taints()).containsExactly("credentials");
        DecisionPoint denies = (request, snapshot, facts) -> Decision.deny("no", "No.", "");
        assertThat(ledger.decide(denies, REQUEST, CONTEXT, operator).decision().allowed())
                .as("a yes lifts no forbid")
                .isFalse();
    }

    @Test
    void aProgramIsNewOnce() {
        RunLedger ledger = new RunLedger(TIME);
        ledger.executed("/usr/bin/curl");
        ledger.executed("/usr/bin/curl");
        ledger.executed("/tmp/curl");
        assertThat(count(ledger, "newBinaries", "minute")).isEqualTo(2);
        ledger.opened(2);
        ledger.opened(-1);
        assertThat(facts(ledger)).containsEntry("openConnections", Value.of(1));
    }

    @Test
    void theHistoryGoesAlongToTheNextNodeButForWhatIsOpen() {
        SimulatedTime time = new SimulatedTime();
        RunLedger before = new RunLedger(time);
        assertThat(before.denied("a.test", "x")).isEqualTo(1);
        before.reached(REQUEST.resource().id());
        before.executed("/usr/bin/curl");
        before.opened(3);
        time.advance(Duration.ofMinutes(5));
        RunLedger after = RunLedger.of(before.copy(), time);
        assertThat(count(after, "denials", "tenMinutes")).isEqualTo(1);
        assertThat(count(after, "denials", "minute")).isZero();
        after.executed("/usr/bin/curl");
        assertThat(count(after, "newBinaries", "all")).isEqualTo(1);
        assertThat(facts(after))
                .containsEntry("newHost", Value.of(false))
                .containsEntry("openConnections", Value.of(0));
    }
}
