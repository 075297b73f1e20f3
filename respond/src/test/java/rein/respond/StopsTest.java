package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.Samples;
import rein.vocabulary.Cut;
import rein.vocabulary.Kind;
import rein.vocabulary.Receipt;
import rein.vocabulary.RecordRefusedException.Code;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;
import rein.vocabulary.StopOrder.Mode;
import rein.vocabulary.StopOrder.Scope;

class StopsTest {
    @TempDir private Path folder;
    private Bench bench;
    private final Run run = Samples.run("coder", 1);

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(folder);
        bench.known(run);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private void reopen(Duration pointWait, Duration diskWait) throws IOException {
        bench.close();
        bench = new Bench(folder, 3, pointWait, diskWait);
        bench.known(run);
    }

    private Receipt stop(Scope scope) {
        return bench.stops.issue(scope, Mode.SUSPEND, "because", "alice", Optional.empty());
    }

    private Scope ofRun() {
        return new Scope.OfRun(run.id());
    }

    @Test
    void isWrittenDownRecordedAndOnlyThenTakesEffect() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        bench.stops.register(
                "sandbox",
                order -> {
                    seen.add("journal " + bench.journal.inForce().contains(order));
                    seen.add("log " + bench.recorded());
                    seen.add("standing " + bench.stops.standing(run).isPresent());
                    return Set.of(new Cut(run.id(), "frozen", 3, 0, 10));
                });
        Receipt receipt = stop(ofRun());
        assertThat(seen).containsExactly("journal true", "log [STOP_ORDERED]", "standing true");
        assertThat(receipt.complete()).isTrue();
        assertThat(receipt.recordedLate()).isFalse();
        assertThat(bench.recorded()).containsExactly(Kind.STOP_ORDERED, Kind.RECEIPT);
        assertThat(bench.recorded(Kind.STOP_ORDERED).run()).contains(run);
        assertThat(bench.recorded(Kind.STOP_ORDERED).person()).contains("alice");
        assertThat(bench.recorded(Kind.STOP_ORDERED).detail()).doesNotContainValue("because");
        assertThat(bench.recorded(Kind.RECEIPT).cause())
                .contains(bench.recorder.entries().getFirst().stamp().id());
    }

    @Test
    void theReceiptListsAllThatAreRegistered() throws IOException {
        reopen(Duration.ofSeconds(2), Bench.WAIT);
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch slow = new CountDownLatch(1);
        bench.stops.register("a-good", order -> Set.of(new Cut(run.id(), "flows-cut", 2, 0, 5)));
        bench.stops.register(
                "b-throwing",
                order -> {
                    throw new IllegalStateException("no such\u001b[2J cgroup");
                });
        bench.stops.register(
                "c-hanging",
                order -> {
                    await(never);
                    return Set.of();
                });
        bench.stops.register(
                "d-slow",
                order -> {
                    slow.countDown();
                    return Set.of();
                });
        bench.stops.register(
                "e-error",
                order -> {
                    throw new StackOverflowError();
                });
        Receipt receipt = stop(ofRun());
        never.countDown();
        assertThat(receipt.confirmed().keySet()).containsExactly("a-good", "d-slow");
        assertThat(receipt.unconfirmed())
                .containsOnlyKeys("b-throwing", "c-hanging", "e-error")
                .containsEntry("b-throwing", "failed: IllegalStateException: no such?[2J cgroup")
                .containsEntry("c-hanging", "did not answer within 2000 ms");
        assertThat(receipt.complete()).isFalse();
        assertThat(bench.recorded(Kind.RECEIPT).detail())
                .containsEntry("complete", "false")
                .containsEntry("unconfirmed", "b-throwing,c-hanging,e-error");
    }

    @Test
    void anInterruptedCallerIsNotHurried() {
        bench.stops.register("sandbox", order -> Set.of());
        Thread.currentThread().interrupt();
        Receipt receipt = stop(ofRun());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(receipt.complete()).isTrue();
        assertThat(receipt.recordedLate()).isFalse();
        assertThat(bench.journal.inForce()).hasSize(1);
    }

    @Test
    void theSameAgainIsTheSameOrderCutAfresh() {
        List<StopOrder> cuts = Collections.synchronizedList(new ArrayList<>());
        bench.stops.register(
                "sandbox",
                order -> {
                    cuts.add(order);
                    return Set.of();
                });
        Receipt first = stop(ofRun());
        Receipt second = stop(ofRun());
        assertThat(second.order()).isEqualTo(first.order());
        assertThat(cuts).containsExactly(first.order(), first.order());
        assertThat(bench.stops.inForce()).hasSize(1);
        assertThat(bench.recorded()).containsExactly(Kind.STOP_ORDERED, Kind.RECEIPT, Kind.RECEIPT);

        Receipt kill = bench.stops.issue(ofRun(), Mode.TERMINATE, "now", "alice", Optional.empty());
        assertThat(kill.order().epoch()).isGreaterThan(first.order().epoch());
        assertThat(bench.stops.standing(run)).contains(kill.order());
    }

    @Test
    void everyScopeCoversTheRunsItNames() {
        List<Scope> scopes =
                List.of(
                        ofRun(),
                        new Scope.OfAgent("coder"),
                        new Scope.OfBlueprint("coding"),
                        new Scope.OfOwner("alice"),
                        new Scope.Fleet());
        Run other = Samples.run("writer", 2);
        for (Scope scope : scopes) {
            StopOrder order = stop(scope).order();
            assertThat(bench.stops.standing(run)).contains(order);
            assertThat(bench.stops.standing(other).isPresent()).isEqualTo(scope.covers(other));
            resume(order);
            assertThat(bench.stops.standing(run)).isEmpty();
        }
    }

    @Test
    void whatAStoppedRunSpawnsIsStopped() {
        Run child =
                new Run(
                        UUID.randomUUID(),
                        Optional.of(run.id()),
                        Samples.agent("helper"),
                        run.node(),
                        run.level(),
                        run.labels(),
                        run.started());
        StopOrder order = stop(ofRun()).order();
        assertThat(bench.stops.standing(child)).contains(order);
    }

    @Test
    void aFullLogDoesNotKeepAStopFromTakingEffect() {
        bench.recorder.refuseNext(Code.DISK_FULL);
        bench.recorder.refuseNext(Code.DISK_FULL);
        List<StopOrder> cuts = Collections.synchronizedList(new ArrayList<>());
        bench.stops.register(
                "sandbox",
                order -> {
                    cuts.add(order);
                    return Set.of();
                });
        Receipt receipt = stop(ofRun());
        assertThat(cuts).hasSize(1);
        assertThat(receipt.recordedLate()).isTrue();
        assertThat(receipt.complete()).isTrue();
        assertThat(bench.recorded()).isEmpty();
        assertThat(bench.journal.unrecorded()).hasSize(1);

        assertThat(bench.stops.flushLate()).isEqualTo(2);
        assertThat(bench.recorded()).containsExactly(Kind.STOP_ORDERED, Kind.RECEIPT);
        assertThat(bench.recorded(Kind.STOP_ORDERED).detail()).containsEntry("late", "true");
        assertThat(bench.journal.unrecorded()).isEmpty();
        assertThat(bench.stops.flushLate()).isZero();
    }

    @Test
    void aBrokenJournalDoesNotEither() {
        bench.file.failNext(1);
        Receipt receipt = stop(ofRun());
        assertThat(receipt.recordedLate()).isTrue();
        assertThat(bench.stops.standing(run)).isPresent();
        assertThat(bench.journal.inForce()).isEmpty();
        bench.stops.flushLate();
        assertThat(bench.journal.inForce()).containsExactly(receipt.order());
    }

    @Test
    void aDiskThatHangsDoesNotEither() throws IOException {
        reopen(Bench.WAIT, Duration.ofMillis(20));
        CountDownLatch disk = new CountDownLatch(1);
        bench.file.hang(disk);
        Receipt receipt = stop(ofRun());
        assertThat(receipt.recordedLate()).isTrue();
        assertThat(receipt.complete()).isTrue();
        assertThat(bench.stops.standing(run)).isPresent();
        for (int i = 0; i < 20; i++) {
            stop(new Scope.OfAgent("agent-" + i)); // Nor does it pile up threads.
        }
        disk.countDown();
        while (bench.journal.inForce().size() < 21) {
            bench.stops.flushLate();
            Thread.onSpinWait();
        }
        assertThat(bench.journal.inForce()).containsExactlyElementsOf(bench.stops.inForce());
    }

    @Test
    void aRestartFindsWhatWasInForceAndRecordsWhatWasNot() throws IOException {
        StopOrder ended = stop(new Scope.OfAgent("writer")).order();
        resume(ended);
        bench.recorder.refuseNext(Code.BROKEN);
        StopOrder order = stop(ofRun()).order();
        bench.close();
        bench = new Bench(folder, 3);
        assertThat(bench.stops.inForce()).containsExactly(order);
        assertThat(bench.stops.standing(run)).contains(order);
        bench.stops.flushLate();
        assertThat(bench.recorded(Kind.STOP_ORDERED).detail())
                .containsEntry("order", order.id().toString())
                .containsEntry("late", "true");
        assertThat(stop(new Scope.Fleet()).order().epoch()).isGreaterThan(order.epoch());
    }

    @Test
    void aResumeIsRecordedBeforeAnythingGoesOn() throws StopException {
        StopOrder order = stop(ofRun()).order();
        List<String> seen = new ArrayList<>();
        bench.resumer =
                (ended, stillStopped) -> {
                    seen.add(bench.recorded().getLast() + " " + stillStopped.test(run));
                    seen.add(bench.journal.inForce().toString());
                };
        bench.stops.resume(order.id(), "bob", "looked at it");
        assertThat(seen).containsExactly("RESUMED false", "[]");
        assertThat(bench.recorded(Kind.RESUMED).detail())
                .containsEntry("scope", "run")
                .containsEntry("scope-name", run.id().toString())
                .containsEntry("resumed-by", "bob");
        assertThatThrownBy(() -> bench.stops.resume(order.id(), "bob", "again"))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("is in force");
    }

    @Test
    void aResumeThatCannotBeRecordedChangesNothing() {
        StopOrder order = stop(ofRun()).order();
        bench.recorder.refuseNext(Code.DISK_FULL);
        assertThatThrownBy(() -> bench.stops.resume(order.id(), "bob", "please"))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("stays in force");
        bench.file.failNext(1);
        assertThatThrownBy(() -> bench.stops.resume(ofRun(), "bob", "please"))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("stop journal");
        assertThat(bench.stops.inForce()).containsExactly(order);
        assertThat(bench.journal.inForce()).containsExactly(order);
    }

    @Test
    void aRunUnderTwoOrdersGoesOnOnlyAfterBothEnd() throws StopException {
        stop(ofRun());
        stop(new Scope.OfAgent("coder"));
        List<Boolean> stillStopped = new ArrayList<>();
        bench.resumer = (ended, still) -> stillStopped.add(still.test(run));
        bench.stops.resume(new Scope.OfAgent("coder"), "bob", "");
        bench.stops.resume(ofRun(), "bob", "");
        assertThat(stillStopped).containsExactly(true, false);
        assertThatThrownBy(() -> bench.stops.resume(new Scope.Fleet(), "bob", ""))
                .hasMessageContaining("the fleet");
    }

    @Test
    void aThawThatFailsIsSaid() {
        StopOrder order = stop(ofRun()).order();
        bench.resumer =
                (ended, stillStopped) -> {
                    throw new IllegalStateException("no such cgroup");
                };
        assertThatThrownBy(() -> bench.stops.resume(order.id(), "bob", ""))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("recorded, but its runs do not all go on")
                .hasMessageContaining("no such cgroup");
        assertThat(bench.stops.inForce()).isEmpty();
    }

    @Test
    void aStopOrderedDuringAThawCutsAgainAfterIt() {
        Set<UUID> frozen = ConcurrentHashMap.newKeySet();
        bench.stops.register(
                "sandbox",
                order -> {
                    frozen.add(run.id());
                    return Set.of();
                });
        StopOrder order = stop(ofRun()).order();
        bench.resumer =
                (ended, stillStopped) -> {
                    boolean still = stillStopped.test(run);
                    stop(new Scope.Fleet()); // Ordered after the look and before the thaw.
                    if (!still) {
                        frozen.remove(run.id());
                    }
                };
        resume(order);
        assertThat(bench.stops.standing(run)).isPresent();
        assertThat(frozen).containsExactly(run.id());
    }

    @Test
    void ordersForRunsThatAreOverMakeRoom() {
        bench.resumer =
                (ended, stillStopped) -> {
                    throw new AssertionError("nothing is thawed");
                };
        for (int i = 0; i < StopJournal.ORDERS_MAX + 20; i++) {
            Run each = Samples.run("coder", 100 + i);
            assertThat(stop(new Scope.OfRun(each.id())).recordedLate()).isFalse();
            bench.stops.runEnded(each.id());
        }
        assertThat(bench.stops.inForce()).isEmpty();
    }

    @Test
    void receiptsAreKeptAndCanBeChecked() throws IOException {
        bench.stops.register("sandbox", order -> Set.of(new Cut(run.id(), "frozen", 1, 0, 1)));
        Receipt receipt = stop(ofRun());
        byte[] bytes = Files.readAllBytes(bench.receipts.file(receipt));
        ReceiptVerifier verifier = new ReceiptVerifier(Map.of("key-1", bench.keys.getPublic()));
        assertThat(verifier.verify(bytes))
                .isEqualTo(new ReceiptVerifier.Verification.Valid(receipt));
    }

    @Test
    void aFolderThatCannotBeWrittenIsCounted() throws IOException {
        Files.writeString(folder.resolve("receipts"), "in the way");
        assertThat(stop(ofRun()).complete()).isTrue();
        assertThat(bench.receipts.unsaved()).isEqualTo(1);
    }

    @Test
    void oddWordsAreMadeFit() {
        Receipt receipt =
                bench.stops.issue(
                        ofRun(), Mode.SUSPEND, "a\nb\u001b".repeat(300), "x", Optional.empty());
        assertThat(receipt.order().reason()).hasSize(300).startsWith("a?b?a?b?");
    }

    @Test
    void twoPointsMayNotHaveOneName() {
        bench.stops.register("sandbox", order -> Set.of());
        assertThatThrownBy(() -> bench.stops.register("sandbox", order -> Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void resume(StopOrder order) {
        try {
            bench.stops.resume(order.id(), "bob", "done");
        } catch (StopException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
