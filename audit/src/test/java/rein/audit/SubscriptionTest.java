package rein.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubscriptionTest {
    private static final long WAIT_MILLIS = 5_000;
    @TempDir Path folder;

    @Test
    void aSlowReaderNeverHoldsUpTheWriterAndLearnsWhatItMissed() throws Exception {
        try (AuditLog log = Logs.open(folder);
                Subscription slow = log.subscribe(4)) {
            for (int i = 1; i <= 10; i++) {
                log.append(Logs.exec(1, i));
            }
            for (long index = 1; index <= 4; index++) {
                assertThat(index(slow.next(WAIT_MILLIS))).isEqualTo(index);
            }
            log.append(Logs.exec(1, 11));
            assertThat(slow.next(WAIT_MILLIS)).contains(new Delivery.Gap(5, 6));
            assertThat(index(slow.next(WAIT_MILLIS))).isEqualTo(11);
            assertThat(slow.missed()).isEqualTo(6);
            assertThat(log.reader().oldestFirst(5, 6, record -> true).records()).hasSize(6);
        }
    }

    @Test
    void aGapAtTheEndIsHandedOverWithoutAnotherRecord() throws Exception {
        try (AuditLog log = Logs.open(folder);
                Subscription slow = log.subscribe(1)) {
            log.append(Logs.exec(1, 1));
            log.append(Logs.exec(1, 2));
            assertThat(index(slow.next(WAIT_MILLIS))).isEqualTo(1);
            assertThat(slow.next(WAIT_MILLIS)).contains(new Delivery.Gap(2, 1));
            assertThat(slow.next(1)).isEmpty();
        }
    }

    @Test
    void subscriptionsAreBoundedAndGivenBack() throws Exception {
        try (AuditLog log = Logs.open(folder)) {
            Subscription first = log.subscribe(1);
            for (int i = 1; i < Subscribers.SUBSCRIPTIONS_MAX; i++) {
                log.subscribe(1);
            }
            assertThatThrownBy(() -> log.subscribe(1)).isInstanceOf(AuditException.class);
            first.close();
            log.subscribe(1).close();
            assertThat(first.next(1)).contains(new Delivery.Ended());
        }
    }

    private static long index(Optional<Delivery> delivery) {
        return delivery.orElseThrow() instanceof Delivery.Delivered(var entry)
                ? entry.address().index()
                : -1;
    }
}
