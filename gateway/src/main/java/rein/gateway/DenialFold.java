package rein.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Draft;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Ticker;

/**
 * Repeated denials are counted, not shouted. The first denial of a kind is recorded; the same again
 * within {@link #WINDOW} is only counted, and the count is written in a later record of the same
 * words with the size {@code repeats} and the first record as its cause. No count is lost: what the
 * log does not take stays counted and is offered again. Every denial is enforced, folded or not.
 *
 * <p>One per run. Safe for any thread; records are appended outside the lock.
 */
public final class DenialFold {
    /** As long as a client that retries in a loop is one line in the log. */
    public static final Duration WINDOW = Duration.ofSeconds(60);

    /** A log answers in milliseconds; who is denied meanwhile gets the id of the same record. */
    private static final long RECORD_WAIT_MILLIS_MAX = 500;

    /** Kinds of denials remembered; about 2 KiB each, and a sweep makes one per host and port. */
    public static final int KINDS_MAX = 1_024;

    private static final class Folded {
        /** Without its content, which only the first record has. */
        private final Draft draft;

        private final long sinceNanos;
        private Optional<UUID> record = Optional.empty();
        private boolean recording = true;
        private long repeats;

        private Folded(Draft draft, long sinceNanos) {
            this.draft = draft;
            this.sinceNanos = sinceNanos;
        }
    }

    private final Recorder recorder;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition recorded = lock.newCondition();
    private final Map<String, Folded> kinds = new LinkedHashMap<>();
    private final List<Folded> owed = new ArrayList<>();

    public DenialFold(Recorder recorder, Ticker ticker) {
        this.recorder = recorder;
        this.ticker = ticker;
    }

    /**
     * Records a denial, or counts it if the same was recorded within the window.
     *
     * @param kind what makes two denials the same: destination, protocol, route and code
     * @return the id of the record that tells of it; empty if the log did not take the first, or
     *     takes long
     * @throws RecordRefusedException when the log does not take the first of a kind; it is counted
     *     and offered again, and the request is denied all the same
     */
    public Optional<UUID> record(String kind, Draft draft) throws RecordRefusedException {
        long now = ticker.nanos();
        Folded first;
        lock.lock();
        try {
            Folded known = kinds.get(kind);
            if (known != null && now - known.sinceNanos < WINDOW.toNanos()) {
                known.repeats++;
                awaitRecord(known);
                return known.record;
            }
            first = new Folded(withoutContent(draft), now);
            if (known != null) {
                retire(kind);
            } else if (kinds.size() >= KINDS_MAX) {
                retire(kinds.keySet().iterator().next());
            }
            kinds.put(kind, first);
        } finally {
            lock.unlock();
        }
        try {
            UUID id = recorder.append(draft).stamp().id();
            lock.lock();
            try {
                first.record = Optional.of(id);
            } finally {
                lock.unlock();
            }
            return Optional.of(id);
        } catch (RecordRefusedException refused) {
            lock.lock();
            try {
                first.repeats++;
            } finally {
                lock.unlock();
            }
            throw refused;
        } finally {
            done(first);
            settle();
        }
    }

    private void done(Folded folded) {
        lock.lock();
        try {
            folded.recording = false;
            recorded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** INVARIANT: called with the lock held, which the wait lets go of. */
    private void awaitRecord(Folded folded) {
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(RECORD_WAIT_MILLIS_MAX);
            while (folded.recording && nanos > 0) {
                nanos = recorded.awaitNanos(nanos);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next denial of these kinds is recorded, however soon it comes. */
    public void forget(String kindStart) {
        lock.lock();
        try {
            List.copyOf(kinds.keySet()).stream()
                    .filter(kind -> kind.startsWith(kindStart))
                    .forEach(this::retire);
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** Writes the counts of windows that are over; called by the door's sweeper. */
    public void sweep() {
        long now = ticker.nanos();
        lock.lock();
        try {
            List<String> over = new ArrayList<>();
            kinds.forEach((kind, folded) -> {
                if (now - folded.sinceNanos >= WINDOW.toNanos()) {
                    over.add(kind);
                }
            });
            over.forEach(this::retire);
        } finally {
            lock.unlock();
        }
        settle();
    }

    /**
     * Writes all counts; at the end of a run.
     *
     * @return denials that the log would not take
     */
    public long close() {
        lock.lock();
        try {
            List.copyOf(kinds.keySet()).forEach(this::retire);
        } finally {
            lock.unlock();
        }
        settle();
        lock.lock();
        try {
            return owed.stream().mapToLong(folded -> folded.repeats).sum();
        } finally {
            lock.unlock();
        }
    }

    /** INVARIANT: called with the lock held. */
    private void retire(String kind) {
        Folded folded = kinds.remove(kind);
        if (folded == null || folded.repeats == 0) {
            return;
        }
        if (owed.size() >= KINDS_MAX) {
            // The log has refused for long; counts of different kinds are added up, not dropped.
            owed.getLast().repeats += folded.repeats;
        } else {
            owed.add(folded);
        }
    }

    private void settle() {
        while (true) {
            Folded next;
            lock.lock();
            try {
                if (owed.isEmpty()) {
                    return;
                }
                next = owed.removeFirst();
            } finally {
                lock.unlock();
            }
            try {
                recorder.append(summary(next));
            } catch (RecordRefusedException later) {
                lock.lock();
                try {
                    owed.addFirst(next);
                } finally {
                    lock.unlock();
                }
                return;
            }
        }
    }

    private static Draft withoutContent(Draft draft) {
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
                draft.detail(),
                Collections.emptySortedMap(),
                draft.cause());
    }

    private static Draft summary(Folded folded) {
        Draft draft = folded.draft;
        Map<String, Long> sizes = new LinkedHashMap<>(draft.sizes());
        sizes.put("repeats", folded.repeats);
        Draft.Builder summary =
                Draft.of(draft.kind())
                        .source(draft.source())
                        .details(draft.detail())
                        .detail("folded", "true");
        sizes.forEach(summary::size);
        draft.run().ifPresent(summary::run);
        draft.door().ifPresent(summary::door);
        draft.action()
                .ifPresent(action -> draft.resource().ifPresent(on -> summary.asked(action, on)));
        draft.decision().ifPresent(decision -> summary.decided(decision, draft.snapshot()));
        folded.record.ifPresent(summary::cause);
        return summary.build();
    }
}
