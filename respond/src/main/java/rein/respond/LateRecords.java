package rein.respond;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/**
 * Records what has to be said of stops, incidents and findings, without letting a slow or full log
 * keep a stop from taking effect: it waits a bounded time, and what the log would not take is kept
 * and offered again by {@link #flush}. A record that came late says so ({@code late = true}).
 *
 * <p>Safe for any thread. Each record is made by a short virtual thread, since the log may hang in
 * a disk's wait and a stop may not.
 */
public final class LateRecords {
    /** A healthy log answers in a few milliseconds; the budget of a whole stop is 100. */
    public static final Duration WAIT_MAX = Duration.ofMillis(250);

    /** 1,000 stops with their orders, receipts, findings and incidents. */
    public static final int WAITING_MAX = 4_096;

    private record Waiting(Draft draft, Runnable whenRecorded) {}

    private final Recorder recorder;
    private final Duration waitMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock flushing = new ReentrantLock();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final AtomicLong lost = new AtomicLong();

    public LateRecords(Recorder recorder) {
        this(recorder, WAIT_MAX);
    }

    LateRecords(Recorder recorder, Duration waitMax) {
        this.recorder = recorder;
        this.waitMax = waitMax;
    }

    /** Empty when the log did not take it in time; it is then recorded late, or is lost. */
    Optional<Entry> record(Draft draft) {
        return record(draft, () -> {});
    }

    /**
     * The same.
     *
     * @param whenRecorded called once it is in the log, now or late
     */
    Optional<Entry> record(Draft draft, Runnable whenRecorded) {
        CompletableFuture<Entry> answer = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("record-stop")
                .start(() -> {
                    try {
                        Entry entry = recorder.append(draft);
                        answer.complete(entry);
                        whenRecorded.run();
                    } catch (RecordRefusedException | RuntimeException refused) {
                        keep(new Waiting(late(draft), whenRecorded), refused);
                        answer.completeExceptionally(refused);
                    }
                });
        Patience.upTo(answer, waitMax);
        return answer.state() == Future.State.SUCCESS
                ? Optional.of(answer.resultNow())
                : Optional.empty();
    }

    /** Puts a record straight into the queue: it belongs to a time before this process. */
    void keepForLater(Draft draft, Runnable whenRecorded) {
        keep(new Waiting(late(draft), whenRecorded), new IllegalStateException("not yet tried"));
    }

    /**
     * Offers again what waits, oldest first, until the log refuses.
     *
     * @return how many were recorded
     */
    public int flush() {
        flushing.lock();
        try {
            int recorded = 0;
            while (true) {
                Optional<Waiting> next = first();
                if (next.isEmpty()) {
                    return recorded;
                }
                try {
                    recorder.append(next.get().draft);
                } catch (RecordRefusedException refused) {
                    if (refused.code() != RecordRefusedException.Code.TOO_LARGE) {
                        return recorded;
                    }
                    removeFirst();
                    lost.incrementAndGet();
                    continue;
                }
                removeFirst();
                recorded++;
                next.get().whenRecorded.run();
            }
        } finally {
            flushing.unlock();
        }
    }

    /** How many records wait. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Records that will never be in the log, because too many waited or one was too long. */
    public long lost() {
        return lost.get();
    }

    private void keep(Waiting record, Exception why) {
        boolean hopeless =
                why instanceof RecordRefusedException refused
                        && refused.code() == RecordRefusedException.Code.TOO_LARGE;
        lock.lock();
        try {
            if (hopeless || waiting.size() >= WAITING_MAX) {
                lost.incrementAndGet();
            } else {
                waiting.addLast(record);
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<Waiting> first() {
        lock.lock();
        try {
            return Optional.ofNullable(waiting.peekFirst());
        } finally {
            lock.unlock();
        }
    }

    private void removeFirst() {
        lock.lock();
        try {
            waiting.removeFirst();
        } finally {
            lock.unlock();
        }
    }

    private static Draft late(Draft draft) {
        TreeMap<String, String> detail = new TreeMap<>(draft.detail());
        detail.put("late", "true");
        return new Draft(
                draft.kind(),
                draft.source(),
                draft.run(),
                draft.person(),
                draft.door(),
                draft.action(),
                draft.resource(),
                draft.decision(),
                draft.snapshot(),
                draft.sizes(),
                detail,
                draft.content(),
                draft.cause());
    }
}
