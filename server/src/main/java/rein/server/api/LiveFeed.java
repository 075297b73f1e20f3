package rein.server.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import rein.audit.AuditException;
import rein.audit.Delivery;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.audit.Subscription;
import rein.server.http.Json;

/**
 * Writes new records to one reader as server-sent events, one virtual thread a log. What a slow
 * reader missed is read from the log, so nothing is lost and nothing is sent twice; the writer of
 * the log never waits.
 */
final class LiveFeed {
    /** A comment this often shows whether the reader is still there. */
    private static final long HEARTBEAT_MILLIS = 10_000;

    private static final int CATCH_UP_RECORDS = 1_000;

    private final OutputStream out;
    private final Predicate<StoredRecord> wanted;
    private final ReentrantLock writing = new ReentrantLock();
    private final CountDownLatch over = new CountDownLatch(1);

    LiveFeed(OutputStream out, Predicate<StoredRecord> wanted) {
        this.out = out;
        this.wanted = wanted;
    }

    void follow(LogReader reader, Subscription subscription) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        boolean on = true;
                        while (on && over.getCount() > 0) {
                            on = deliver(reader, subscription.next(HEARTBEAT_MILLIS));
                        }
                    } catch (IOException | AuditException e) {
                        // The reader left, or the log cannot be read: either way this feed is over.
                        over.countDown();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        over.countDown();
                    }
                });
    }

    /** Returns when the reader has left or a log was closed. */
    void await() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over.countDown();
        }
    }

    private boolean deliver(LogReader reader, Optional<Delivery> next)
            throws IOException, AuditException {
        if (next.isEmpty()) {
            write(": here\n\n");
            return true;
        }
        return switch (next.get()) {
            case Delivery.Delivered(var entry) -> {
                send(reader, entry.address().index(), 1);
                yield true;
            }
            case Delivery.Gap(long first, long count) -> {
                send(reader, first, count);
                yield true;
            }
            case Delivery.Ended() -> false;
        };
    }

    private void send(LogReader reader, long first, long count) throws IOException, AuditException {
        long at = first;
        while (at < first + count) {
            int limit = (int) Math.min(CATCH_UP_RECORDS, first + count - at);
            for (StoredRecord record : reader.oldestFirst(at, limit, _ -> true).records()) {
                if (wanted.test(record)) {
                    write(
                            "id: "
                                    + record.address()
                                    + "\ndata: "
                                    + Json.MAPPER.writeValueAsString(RecordRows.view(record))
                                    + "\n\n");
                }
            }
            at += limit;
        }
    }

    private void write(String text) throws IOException {
        writing.lock();
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } finally {
            writing.unlock();
        }
    }
}
