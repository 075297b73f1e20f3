package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import rein.testkit.MemoryRecorder;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException.Code;

class LateRecordsTest {
    private final MemoryRecorder recorder = new MemoryRecorder(new SimulatedTime(), 1);
    private final Draft draft = Draft.of(Kind.STOP_ORDERED).build();

    @Test
    void aLogThatHangsIsNotWaitedForAndNothingIsRecordedTwice() throws InterruptedException {
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        LateRecords late =
                new LateRecords(
                        drafted -> {
                            awaitQuietly(hang);
                            return recorder.append(drafted);
                        },
                        Duration.ofMillis(20));
        assertThat(late.record(draft, done::countDown)).isEmpty();
        assertThat(late.waiting()).isZero();
        hang.countDown();
        done.await();
        assertThat(late.flush()).isZero();
        assertThat(recorder.entries()).hasSize(1);
    }

    @Test
    void whatIsTooLongIsLostAndCounted() {
        LateRecords late = new LateRecords(recorder);
        recorder.refuseNext(Code.TOO_LARGE);
        assertThat(late.record(draft)).isEmpty();
        assertThat(late.lost()).isEqualTo(1);
        assertThat(late.waiting()).isZero();
    }

    @Test
    void theQueueIsBoundedAndOverflowIsCounted() {
        LateRecords late = new LateRecords(recorder);
        AtomicInteger recorded = new AtomicInteger();
        for (int i = 0; i < LateRecords.WAITING_MAX + 10; i++) {
            late.keepForLater(draft, recorded::incrementAndGet);
        }
        assertThat(late.lost()).isEqualTo(10);
        recorder.refuseNext(Code.BUSY);
        assertThat(late.flush()).isZero();
        assertThat(late.flush()).isEqualTo(LateRecords.WAITING_MAX);
        assertThat(recorded).hasValue(LateRecords.WAITING_MAX);
        assertThat(recorder.entries().getFirst().draft().detail()).containsEntry("late", "true");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
