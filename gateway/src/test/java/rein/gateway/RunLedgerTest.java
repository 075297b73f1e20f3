package rein.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.Run;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Taint;

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
}
