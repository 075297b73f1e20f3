package rein.respond;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Ticker;

/**
 * Keeps the leases of a node's runs and does what follows when one changes. Whoever owns it calls
 * {@link #tick} about every second; it owns no thread. The executor runs what is done to runs, so
 * that one slow freeze does not hold up the others: virtual threads in production.
 */
public final class LeaseKeeper {
    /** More than a node holds; a run without a place has no lease, and so may do nothing. */
    public static final int RUNS_MAX = 16_384;

    /** One run's lease, and what was last done about it. */
    private static final class Held {
        private final ReentrantLock acting = new ReentrantLock();
        private volatile Lease lease;
        private volatile Lease.State done = Lease.State.VALID;

        /** The last act threw, so that nobody knows how the run is left. */
        private volatile boolean uncertain;

        private Held(Lease lease) {
            this.lease = lease;
        }
    }

    private final Ticker ticker;
    private final Executor executor;
    private final LeaseActs acts;
    private final Map<UUID, Held> runs = new ConcurrentHashMap<>();
    private final AtomicLong failed = new AtomicLong();

    public LeaseKeeper(Ticker ticker, Executor executor, LeaseActs acts) {
        this.ticker = ticker;
        this.executor = executor;
        this.acts = acts;
    }

    /**
     * Begins a run's lease.
     *
     * @param sentNanos when the request for it was sent
     * @return false when {@link #RUNS_MAX} are held: the run may not start
     */
    public boolean granted(UUID run, long sentNanos, Duration length) {
        if (runs.size() >= RUNS_MAX) {
            return false;
        }
        runs.put(run, new Held(Lease.granted(sentNanos, length)));
        return true;
    }

    /** Takes an answer to a renewal; a lapsed run is restored by it. */
    public void renewed(UUID run, long sentNanos, Duration length) {
        Held held = runs.get(run);
        if (held == null) {
            return;
        }
        held.acting.lock();
        try {
            held.lease = held.lease.renewed(sentNanos, length, ticker.nanos());
        } finally {
            held.acting.unlock();
        }
        executor.execute(() -> settle(run, held));
    }

    /**
     * Whether the run may do anything at this moment. Takes no lock; doors ask for every request.
     */
    public boolean valid(UUID run) {
        Held held = runs.get(run);
        return held != null && held.lease.at(ticker.nanos()) == Lease.State.VALID;
    }

    /** The runs for which a renewal should be asked for now. */
    public List<UUID> due() {
        long now = ticker.nanos();
        return runs.entrySet().stream()
                .filter(run -> run.getValue().lease.isDue(now))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Notices what has run out, and does what follows. */
    public void tick() {
        runs.forEach((run, held) -> {
            if (held.lease.at(ticker.nanos()) != held.done) {
                executor.execute(() -> settle(run, held));
            }
        });
    }

    /** Forgets a run that is over. */
    public void ended(UUID run) {
        runs.remove(run);
    }

    /** Times that a freeze, thaw or kill threw; each is tried again at the next tick. */
    public long failed() {
        return failed.get();
    }

    private void settle(UUID run, Held held) {
        held.acting.lock();
        try {
            held.lease = held.lease.noticed(ticker.nanos());
            Lease.State now = held.lease.at(ticker.nanos());
            if (now == held.done && !held.uncertain) {
                return;
            }
            held.uncertain = true;
            switch (now) {
                case VALID -> acts.restored(run);
                case LAPSED -> acts.lapsed(run);
                case EXPIRED -> acts.expired(run);
            }
            held.done = now;
            held.uncertain = false;
        } catch (RuntimeException broken) {
            failed.incrementAndGet();
        } finally {
            held.acting.unlock();
        }
    }
}
