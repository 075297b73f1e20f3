package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import rein.testkit.MemoryRecorder;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Consent;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;

/** Requests that wait, and who ends their wait. */
final class HeldAsksTest {
    private static final Approver ALICE = new Approver("alice", "token:a", Optional.empty());
    private static final Consent OWNER = new Consent(Consent.Role.OWNER, Duration.ofSeconds(30));
    private static final Consent OPERATOR =
            new Consent(Consent.Role.OPERATOR, Duration.ofSeconds(30));

    private final SimulatedTime time = new SimulatedTime();
    private final MemoryRecorder recorder = new MemoryRecorder(time, 1);
    private final Run run = Samples.run("coder", 1);
    private final AtomicBoolean full = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final HeldAsks asks = new HeldAsks(ports(), time, time);

    private ApprovalPorts ports() {
        return new ApprovalPorts(
                draft -> {
                    if (full.get()) {
                        throw new RecordRefusedException(
                                RecordRefusedException.Code.DISK_FULL, "full");
                    }
                    return recorder.append(draft);
                },
                new LateRecords(recorder),
                id -> Optional.of(run).filter(r -> r.id().equals(id)),
                id -> true,
                (name, denial, terms, reason) -> {
                    throw new IllegalStateException("nothing is granted here");
                },
                _ -> {},
                () -> {});
    }

    private Denial what(long number) {
        return new Denial(
                new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0000L | number),
                "coder",
                "alice",
                run.id(),
                "host.example",
                443,
                "tls",
                true,
                Optional.empty(),
                time.instant());
    }

    /** Waits on a thread of its own, and is in the list when this returns. */
    private CompletableFuture<HeldAnswer> waits(Denial what, Consent consent) {
        CompletableFuture<HeldAnswer> answer = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> answer.complete(asks.await(what, consent, "digest", over::get)));
        while (asks.all().stream().noneMatch(ask -> ask.id().equals(what.id()))) {
            Thread.onSpinWait();
        }
        return answer;
    }

    private List<Draft> ends() {
        return recorder.entries().stream()
                .map(Entry::draft)
                .filter(draft -> draft.kind() == Kind.APPROVAL_ENDED)
                .toList();
    }

    @Test
    void aYesIsRecordedWithWhoSaidItAndCountsOnce() throws Exception {
        CompletableFuture<HeldAnswer> answer = waits(what(1), OWNER);
        assertThat(asks.all().getFirst().until()).isEqualTo(time.instant().plusSeconds(30));
        asks.answer(what(1).id(), true, ALICE, Consent.Role.OWNER, "the docs");
        assertThat(answer.get())
                .isInstanceOfSatisfying(
                        HeldAnswer.Given.class,
                        given -> {
                            assertThat(given.yes()).isTrue();
                            assertThat(given.by()).isEqualTo(ALICE);
                            assertThat(given.record())
                                    .isEqualTo(recorder.entries().getLast().stamp().id());
                        });
        assertThat(ends()).hasSize(1);
        assertThat(ends().getFirst().person()).contains("alice");
        assertThat(ends().getFirst().cause()).contains(what(1).id());
        assertThat(ends().getFirst().detail())
                .containsEntry("how", "approved")
                .containsEntry("digest", "digest");
        assertThat(asks.all()).isEmpty();
        assertThatThrownBy(() -> asks.answer(what(1).id(), true, ALICE, Consent.Role.OWNER, ""))
                .isInstanceOfSatisfying(
                        ApprovalException.class,
                        e -> assertThat(e.code()).isEqualTo(ApprovalException.Code.NOT_WAITING));
    }

    @Test
    void aNoEndsItAtOnceWhoeverOfTheTwoRolesSaysIt() throws Exception {
        CompletableFuture<HeldAnswer> answer = waits(what(1), OPERATOR);
        asks.answer(what(1).id(), false, ALICE, Consent.Role.OWNER, "");
        assertThat(((HeldAnswer.Given) answer.get()).yes()).isFalse();
        assertThat(ends().getFirst().detail()).containsEntry("how", "refused");
    }

    @Test
    void anOwnersYesIsNotAnOperators() throws Exception {
        CompletableFuture<HeldAnswer> answer = waits(what(1), OPERATOR);
        assertThatThrownBy(() -> asks.answer(what(1).id(), true, ALICE, Consent.Role.OWNER, ""))
                .hasMessageContaining("approval of an operator");
        asks.answer(what(1).id(), true, ALICE, Consent.Role.OPERATOR, "");
        assertThat(((HeldAnswer.Given) answer.get()).as()).isEqualTo(Consent.Role.OPERATOR);
    }

    @Test
    void nothingInTimeIsRecordedAndRefused() throws Exception {
        CompletableFuture<HeldAnswer> answer = waits(what(1), OWNER);
        time.advance(Duration.ofSeconds(29));
        assertThat(asks.all()).hasSize(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(answer.get()).isInstanceOf(HeldAnswer.Expired.class);
        assertThat(ends().getFirst().detail()).containsEntry("how", "expired");
    }

    @Test
    void whatIsOverWaitsNoMore() throws ExecutionException, InterruptedException {
        CompletableFuture<HeldAnswer> answer = waits(what(1), OWNER);
        over.set(true);
        assertThat(answer.get()).isInstanceOf(HeldAnswer.Over.class);
        assertThat(ends().getFirst().detail()).containsEntry("how", "over");
    }

    @Test
    void anAnswerThatCannotBeRecordedDoesNotCount() throws Exception {
        CompletableFuture<HeldAnswer> answer = waits(what(1), OWNER);
        full.set(true);
        assertThatThrownBy(() -> asks.answer(what(1).id(), true, ALICE, Consent.Role.OWNER, ""))
                .hasMessageContaining("could not be recorded");
        assertThat(asks.all()).as("it still waits").hasSize(1);
        full.set(false);
        asks.answer(what(1).id(), false, ALICE, Consent.Role.OWNER, "");
        assertThat(((HeldAnswer.Given) answer.get()).yes()).isFalse();
    }

    @Test
    void placesAreBoundedForARunAndInAll() {
        for (int i = 0; i < HeldAsks.PER_RUN_MAX; i++) {
            assertThat(asks.enter(run.id())).isTrue();
        }
        assertThat(asks.enter(run.id())).isFalse();
        asks.leave(run.id());
        assertThat(asks.enter(run.id())).isTrue();
        int others = 0;
        while (asks.enter(new UUID(1, others / HeldAsks.PER_RUN_MAX))) {
            others++;
        }
        assertThat(others + HeldAsks.PER_RUN_MAX).isEqualTo(HeldAsks.COUNT_MAX);
    }
}
