package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.testkit.MemoryRecorder;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;
import rein.vocabulary.Uuid7;

final class ApprovalsTest {
    private static final Approval.Need ALONE = new Approval.Need(false, 2);
    private static final Approval.Need TWO = new Approval.Need(true, 2);
    private static final Approval.Need SINGLE = new Approval.Need(true, 1);
    private static final Approver ALICE = person("alice");
    private static final Approver BOB = person("bob");
    private static final Terms ONCE = new Terms.Once();
    private static final Terms RUN = new Terms.ForRun();
    private static final Terms DAY = new Terms.ForTime(Duration.ofHours(24));

    private final SimulatedTime time = new SimulatedTime();
    private final MemoryRecorder recorder = new MemoryRecorder(time, 1);
    private final Set<UUID> live = new HashSet<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private final Run run = Samples.run("coder", 1);
    private final Run other = Samples.run("coder", 2);
    private Approvals approvals = fresh(7);

    private Approvals fresh(long seed) {
        live.add(run.id());
        live.add(other.id());
        return new Approvals(
                new ApprovalPorts(
                        recorder,
                        new LateRecords(recorder),
                        id -> id.equals(run.id()) ? Optional.of(run) : Optional.empty(),
                        live::contains,
                        (name, denial, terms, reason) ->
                                new PolicyText(name, new PolicyText.Scope.OfRun(), reason),
                        _ -> {},
                        cuts::incrementAndGet),
                new Uuid7(time, new SplittableRandom(seed)),
                time,
                time);
    }

    private static Approver person(String name) {
        return new Approver(name, "token:" + name, Optional.empty());
    }

    private Denial denial(long number) {
        return new Denial(
                new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0000L | number),
                "coder",
                "alice",
                run.id(),
                "host" + number + ".example",
                443,
                "tls",
                true,
                Optional.empty(),
                time.instant());
    }

    private Grant granted(Approval outcome) {
        assertThat(outcome).isInstanceOf(Approval.Granted.class);
        return ((Approval.Granted) outcome).grant();
    }

    private List<Draft> records(Kind kind) {
        return recorder.entries().stream()
                .map(Entry::draft)
                .filter(draft -> draft.kind() == kind)
                .toList();
    }

    private int permits(Run of) {
        return approvals.permits("coder", of.id()).size();
    }

    @Test
    void aGrantIsRecordedWithWhoWhatAndWhyBeforeItIsInForce() throws ApprovalException {
        Grant grant = granted(approvals.approve(denial(1), RUN, ALICE, ALONE, "the docs\u001b[2J"));
        Draft record = records(Kind.GRANTED).getFirst();
        assertThat(record.person()).contains("alice");
        assertThat(record.cause()).contains(denial(1).id());
        assertThat(record.detail())
                .containsEntry("host", "host1.example")
                .containsEntry("port", "443")
                .containsEntry("protocol", "tls")
                .containsEntry("terms", "run")
                .containsEntry("approved-by", "alice/token:alice/")
                .containsEntry("policy", grant.permit().text());
        assertThat(record.content()).containsEntry("reason", "the docs?[2J");
        assertThat(permits(run)).isEqualTo(1);
        assertThat(permits(other)).as("another run").isZero();
        assertThat(approvals.permits("other", run.id())).isEmpty();
    }

    @Test
    void whatIsNotRecordedIsNotGranted() {
        recorder.refuseNext(RecordRefusedException.Code.DISK_FULL);
        assertThatThrownBy(() -> approvals.approve(denial(1), RUN, ALICE, ALONE, ""))
                .isInstanceOf(ApprovalException.class)
                .hasMessageContaining("nothing is granted");
        assertThat(permits(run)).isZero();
        assertThat(approvals.inForce()).isEmpty();
    }

    @Test
    void aGrantForATimeIsForAllRunsOfTheAgentAndEndsByTheTicker() throws ApprovalException {
        granted(approvals.approve(denial(1), DAY, ALICE, ALONE, ""));
        assertThat(permits(run)).isEqualTo(1);
        assertThat(permits(other)).isEqualTo(1);
        time.advance(Duration.ofHours(24).minusNanos(1));
        approvals.tick();
        assertThat(permits(run)).isEqualTo(1);
        time.advance(Duration.ofNanos(1));
        assertThat(permits(run)).as("at once, not at the next tick").isZero();
        assertThat(cuts).hasValue(0);
        approvals.tick();
        assertThat(cuts).hasValue(1);
        assertThat(records(Kind.GRANT_ENDED).getFirst().detail()).containsEntry("how", "expired");
        assertThat(approvals.inForce()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 86_401, Long.MAX_VALUE / 2})
    void noGrantIsLongerThanADay(long seconds) {
        assertThatThrownBy(() -> Terms.of("time", seconds))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("24 hours");
    }

    @Test
    void ofManyWhoTryOneGetsAGrantForOneUse() throws Exception {
        Grant grant = granted(approvals.approve(denial(1), ONCE, ALICE, ALONE, ""));
        List<Callable<Boolean>> tries = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            tries.add(() -> approvals.take(grant.id()));
        }
        int taken = 0;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : executor.invokeAll(tries)) {
                taken += each.get() ? 1 : 0;
            }
        }
        assertThat(taken).isEqualTo(1);
        assertThat(permits(run)).isZero();
        approvals.giveBack(grant.id());
        assertThat(permits(run)).as("nothing came of it").isEqualTo(1);
        assertThat(approvals.take(grant.id())).isTrue();
        approvals.used(grant.id(), new UUID(1, 1));
        approvals.giveBack(grant.id());
        assertThat(permits(run)).as("used is used").isZero();
        assertThat(approvals.stands(grant.id())).as("its flow goes on").isTrue();
        assertThat(records(Kind.GRANT_ENDED).getFirst().cause()).contains(new UUID(1, 1));
        approvals.revoke(grant.id(), "alice", "");
        assertThat(approvals.stands(grant.id())).isFalse();
    }

    @Test
    void aSecondYesToTheSameIsNotASecondUse() throws ApprovalException {
        granted(approvals.approve(denial(1), ONCE, ALICE, ALONE, ""));
        assertThat(approvals.approve(denial(1), ONCE, BOB, ALONE, ""))
                .isInstanceOfSatisfying(
                        Approval.Granted.class, again -> assertThat(again.before()).isTrue());
        assertThat(permits(run)).isEqualTo(1);
        assertThat(records(Kind.GRANTED)).hasSize(1);
    }

    @Test
    void aboveTheCeilingTwoPeopleAreNeeded() throws ApprovalException {
        assertThat(approvals.approve(denial(1), RUN, ALICE, TWO, "please"))
                .isInstanceOf(Approval.Waiting.class);
        assertThat(permits(run)).isZero();
        assertThat(records(Kind.GRANT_PROPOSED)).hasSize(1);
        assertThatThrownBy(() -> approvals.approve(denial(1), RUN, ALICE, TWO, ""))
                .hasMessageContaining("second person");
        assertThatThrownBy(() -> approvals.approve(denial(1), DAY, BOB, TWO, ""))
                .hasMessageContaining("--run");
        Grant grant = granted(approvals.approve(denial(1), RUN, BOB, TWO, ""));
        assertThat(grant.by()).isEqualTo("alice and bob");
        assertThat(approvals.proposals()).isEmpty();
        assertThat(permits(run)).isEqualTo(1);
        assertThat(records(Kind.GRANTED).getFirst().detail())
                .containsEntry("ceiling", "above")
                .containsEntry("approved-by", "alice/token:alice/,bob/token:bob/");
    }

    @Test
    void anotherTokenOfTheSamePersonIsNotASecondPerson() throws ApprovalException {
        approvals.approve(denial(1), RUN, ALICE, TWO, "");
        Approver again = new Approver("alice", "token:other", Optional.empty());
        assertThat(approvals.approve(denial(1), RUN, again, TWO, ""))
                .isInstanceOf(Approval.Waiting.class);
        assertThat(permits(run)).isZero();
    }

    @Test
    void rootIsASecondPersonOnlyWhereTheKernelKnowsWhoLoggedIn() throws ApprovalException {
        Approver anybody = new Approver("root", "uid:0", Optional.empty());
        Approver alice = new Approver("root", "uid:0", Optional.of("alice"));
        Approver carol = new Approver("root", "uid:0", Optional.of("carol"));
        assertThat(anybody.isCertainlyNot(ALICE)).isFalse();
        assertThat(alice.isCertainlyNot(ALICE)).isFalse();
        assertThat(carol.isCertainlyNot(ALICE)).isTrue();
        assertThat(carol.isCertainlyNot(alice)).as("both are root").isFalse();
        approvals.approve(denial(1), RUN, anybody, TWO, "");
        assertThat(approvals.approve(denial(1), RUN, ALICE, TWO, ""))
                .isInstanceOf(Approval.Waiting.class);
        assertThat(permits(run)).isZero();
        assertThat(granted(approvals.approve(denial(1), RUN, BOB, TWO, "")).by())
                .isEqualTo("alice and bob");
    }

    @Test
    void whereThereIsNoSecondPersonOneIsEnoughAndTheRecordSaysSo() throws ApprovalException {
        granted(approvals.approve(denial(1), RUN, ALICE, SINGLE, ""));
        Draft record = records(Kind.GRANTED).getFirst();
        assertThat(record.detail()).containsEntry("ceiling", "above");
        assertThat(record.sizes()).containsEntry("people-needed", 1L);
    }

    @Test
    void aProposalIsForgottenAfterADay() throws ApprovalException {
        approvals.approve(denial(1), RUN, ALICE, TWO, "");
        time.advance(Duration.ofHours(25));
        assertThat(approvals.proposals()).isEmpty();
        assertThat(approvals.approve(denial(1), RUN, BOB, TWO, ""))
                .as("begins anew")
                .isInstanceOf(Approval.Waiting.class);
    }

    @Test
    void aRunThatIsOverTakesItsGrantsAlong() throws ApprovalException {
        granted(approvals.approve(denial(1), RUN, ALICE, ALONE, ""));
        granted(approvals.approve(denial(2), DAY, ALICE, ALONE, ""));
        live.remove(run.id());
        approvals.runEnded(run.id());
        assertThat(approvals.inForce()).hasSize(1);
        assertThat(permits(other)).isEqualTo(1);
        assertThatThrownBy(() -> approvals.approve(denial(3), ONCE, ALICE, ALONE, ""))
                .hasMessageContaining("--for 24h");
    }

    @Test
    void takingBackTakesEffectWhateverTheLogDoes() throws ApprovalException {
        Grant grant = granted(approvals.approve(denial(1), DAY, ALICE, ALONE, ""));
        recorder.refuseNext(RecordRefusedException.Code.BROKEN);
        assertThatThrownBy(() -> approvals.revoke(grant.id(), "bob", "no"))
                .hasMessageContaining("taken back");
        assertThat(permits(run)).isZero();
        assertThat(cuts).hasValue(1);
        assertThatThrownBy(() -> approvals.revoke(grant.id(), "bob", "no"))
                .hasMessageContaining("No grant");
    }

    @Test
    void theLogIsWhereGrantsAreKept() throws Exception {
        granted(approvals.approve(denial(1), DAY, ALICE, ALONE, ""));
        granted(approvals.approve(denial(2), RUN, ALICE, ALONE, ""));
        Grant taken = granted(approvals.approve(denial(3), DAY, ALICE, ALONE, ""));
        approvals.revoke(taken.id(), "alice", "");
        Grant used = granted(approvals.approve(denial(4), ONCE, ALICE, ALONE, ""));
        assertThat(approvals.take(used.id())).isTrue();
        approvals.used(used.id(), new UUID(1, 1));
        approvals.approve(denial(5), RUN, ALICE, TWO, "");
        time.advance(Duration.ofHours(23));
        live.remove(other.id());

        approvals = restarted();
        assertThat(approvals.inForce())
                .extracting(held -> held.grant().denial().host())
                .containsExactlyInAnyOrder("host1.example", "host2.example");
        assertThat(approvals.proposals()).hasSize(1);
        assertThat(granted(approvals.approve(denial(5), RUN, BOB, TWO, "")).by())
                .isEqualTo("alice and bob");
        time.advance(Duration.ofHours(1));
        assertThat(approvals.permits("coder", new UUID(9, 9))).as("the day is over").isEmpty();

        live.clear();
        approvals = restartedWithoutRuns();
        assertThat(approvals.inForce()).as("its runs are gone").isEmpty();
    }

    private Approvals restarted() {
        Approvals again = fresh(8);
        again.restore(history(), live);
        return again;
    }

    private Approvals restartedWithoutRuns() {
        Approvals again = fresh(9);
        live.clear();
        again.restore(history(), live);
        return again;
    }

    private GrantHistory history() {
        GrantHistory history = new GrantHistory();
        for (Entry entry : recorder.entries()) {
            String kind = entry.draft().kind().label();
            assertThat(GrantHistory.isAbout(kind)).isTrue();
            history.see(
                    kind,
                    entry.stamp().id(),
                    entry.stamp().happened(),
                    entry.draft().detail(),
                    entry.draft().sizes());
        }
        assertThat(history.unreadable()).isZero();
        return history;
    }

    @Test
    void aClockThatWasSetBackMakesNoGrantLonger() throws ApprovalException {
        granted(
                approvals.approve(
                        denial(1), new Terms.ForTime(Duration.ofHours(1)), ALICE, ALONE, ""));
        GrantHistory history = history();
        SimulatedTime earlier = new SimulatedTime();
        time.advance(Duration.ofDays(3));
        Approvals again =
                new Approvals(
                        new ApprovalPorts(
                                recorder,
                                new LateRecords(recorder),
                                id -> Optional.empty(),
                                id -> false,
                                (name, denial, terms, reason) ->
                                        new PolicyText(name, new PolicyText.Scope.OfRun(), reason),
                                _ -> {},
                                () -> {}),
                        new Uuid7(earlier, new SplittableRandom(3)),
                        earlier,
                        time);
        again.restore(history, Set.of());
        assertThat(again.permits("coder", run.id())).hasSize(1);
        time.advance(Duration.ofHours(1));
        assertThat(again.permits("coder", run.id())).isEmpty();
    }

    @Test
    void recordsThatCannotBeReadGrantNothing() {
        GrantHistory history = new GrantHistory();
        history.see(
                "granted", new UUID(1, 1), time.instant(), java.util.Map.of(), java.util.Map.of());
        assertThat(history.unreadable()).isEqualTo(1);
        approvals.restore(history, Set.of());
        assertThat(approvals.inForce()).isEmpty();
    }

    @Test
    void thereAreBounds() throws ApprovalException {
        for (int i = 0; i < Approvals.GRANTS_PER_AGENT_MAX; i++) {
            granted(approvals.approve(denial(i), RUN, ALICE, ALONE, ""));
        }
        assertThatThrownBy(() -> approvals.approve(denial(999), RUN, ALICE, ALONE, ""))
                .hasMessageContaining("As many grants");
        for (int i = 0; i < Proposals.COUNT_MAX; i++) {
            approvals.approve(denial(2_000 + i), RUN, ALICE, TWO, "");
        }
        assertThatThrownBy(() -> approvals.approve(denial(5_000), RUN, ALICE, TWO, ""))
                .hasMessageContaining("wait for a second person");
    }
}
