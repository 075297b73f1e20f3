package rein.respond;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import rein.vocabulary.StopOrder;

/**
 * Writes to the journal on platform threads, for the disk's wait, and waits a bounded time itself:
 * a disk that fails or hangs must not hold up a stop. It remembers which orders are not written
 * yet. Safe for any thread.
 */
final class StopWriter {
    /** Writes that have not returned; more would only wait behind these. */
    private static final int WRITING_MAX = 8;

    private interface Work {
        void run() throws IOException;
    }

    private final StopJournal journal;
    private final Duration waitMax;
    private final AtomicInteger writing = new AtomicInteger();
    private final Set<UUID> unwritten = ConcurrentHashMap.newKeySet();

    StopWriter(StopJournal journal, Duration waitMax) {
        this.journal = journal;
        this.waitMax = waitMax;
    }

    /** Returns when the order is on the disk, or when that takes too long. */
    void order(StopOrder order) {
        unwritten.add(order.id());
        onDisk(() -> {
            journal.order(order);
            unwritten.remove(order.id());
        });
    }

    /** True when the end of the order is on the disk. */
    boolean resumed(UUID order) {
        boolean done = onDisk(() -> journal.resumed(order));
        if (done) {
            unwritten.remove(order);
        }
        return done;
    }

    /**
     * Notes that the log has it, on the caller's thread, so that these notes never take the place
     * of an order. If that fails, the order is recorded once more after a restart.
     */
    void recorded(UUID order) {
        try {
            journal.recorded(order);
        } catch (IOException broken) {
            // The order's id shows that both records mean the same.
            return;
        }
    }

    boolean isUnwritten(UUID order) {
        return unwritten.contains(order);
    }

    /** Tries again what is not written yet. */
    void retry(Standing standing) {
        for (UUID id : unwritten) {
            standing.find(id).ifPresentOrElse(this::order, () -> unwritten.remove(id));
        }
    }

    private boolean onDisk(Work work) {
        if (writing.incrementAndGet() > WRITING_MAX) {
            writing.decrementAndGet();
            return false;
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("stop-journal")
                .start(() -> {
                    boolean written = false;
                    try {
                        work.run();
                        written = true;
                    } catch (IOException | RuntimeException broken) {
                        written = false;
                    } finally {
                        writing.decrementAndGet();
                        done.complete(written);
                    }
                });
        Patience.upTo(done, waitMax);
        return done.state() == Future.State.SUCCESS && done.resultNow();
    }
}
