package rein.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import rein.testkit.MemoryRecorder;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Decision;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

final class DenialFoldTest {
    private final SimulatedTime time = new SimulatedTime();
    private final MemoryRecorder recorder = new MemoryRecorder(time, 1);
    private final DenialFold fold = new DenialFold(recorder, time);

    private static Draft draft(String host) {
        return Draft.of(Kind.DECISION)
                .run(Samples.run("a", 1))
                .decided(Decision.deny("no", "No.", ""), 3)
                .detail("host", host)
                .content("first-bytes", "secret")
                .build();
    }

    private List<Long> repeats() {
        return recorder.entries().stream()
                .map(entry -> entry.draft().sizes().getOrDefault("repeats", 0L))
                .toList();
    }

    @Test
    void theFirstIsRecordedAndTheRestAreCountedInOneMore() throws RecordRefusedException {
        for (int i = 0; i < 10; i++) {
            fold.record("a", draft("a"));
        }
        fold.record("b", draft("b"));
        assertThat(repeats()).containsExactly(0L, 0L);
        time.advance(DenialFold.WINDOW);
        fold.sweep();
        assertThat(repeats()).containsExactly(0L, 0L, 9L);
        Entry summary = recorder.entries().getLast();
        assertThat(summary.draft().cause()).contains(recorder.entries().getFirst().stamp().id());
        assertThat(summary.draft().detail()).containsEntry("folded", "true");
        assertThat(summary.draft().content()).isEmpty();
        assertThat(summary.draft().snapshot()).isEqualTo(3);
    }

    @Test
    void aNewWindowStartsWithARecordOfItsOwn() throws RecordRefusedException {
        fold.record("a", draft("a"));
        fold.record("a", draft("a"));
        time.advance(DenialFold.WINDOW.plus(Duration.ofSeconds(1)));
        fold.record("a", draft("a"));
        assertThat(repeats()).containsExactlyInAnyOrder(0L, 0L, 1L);
        assertThat(fold.close()).isZero();
        assertThat(recorder.entries()).hasSize(3);
    }

    @Test
    void whatTheLogDoesNotTakeStaysCounted() throws RecordRefusedException {
        recorder.refuseNext(RecordRefusedException.Code.DISK_FULL);
        assertThatThrownBy(() -> fold.record("a", draft("a")))
                .isInstanceOf(RecordRefusedException.class);
        fold.record("a", draft("a"));
        recorder.refuseNext(RecordRefusedException.Code.BUSY);
        assertThat(fold.close()).isEqualTo(2);
        assertThat(fold.close()).isZero();
        assertThat(repeats()).containsExactly(2L);
    }

    @Test
    void noCountIsLostWhenThereAreTooManyKinds() throws RecordRefusedException {
        int kinds = DenialFold.KINDS_MAX + 50;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < kinds; i++) {
                fold.record("k" + i, draft("h" + i));
            }
        }
        assertThat(fold.close()).isZero();
        long firsts = repeats().stream().filter(n -> n == 0).count();
        long counted = repeats().stream().mapToLong(n -> n).sum();
        assertThat(firsts + counted).isEqualTo(2L * kinds);
    }
}
