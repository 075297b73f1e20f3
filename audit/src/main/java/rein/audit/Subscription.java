package rein.audit;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Entry;

/**
 * A bounded queue of durable records for one reader. The writer never waits for it: what does not
 * fit is counted and handed over as a {@link Delivery.Gap} in its place. Safe for any thread.
 */
public final class Subscription implements AutoCloseable {
    /** Records that may wait for one reader: 0.6 s at 100,000 records/s, about 60 MB at worst. */
    public static final int CAPACITY_RECORDS_MAX = 65_536;

    private final int capacity;
    private final Runnable onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final ArrayDeque<Delivery> queue = new ArrayDeque<>();
    private long gapFirst;
    private long gapCount;
    private long missed;
    private boolean ended;

    Subscription(int capacity, java.util.function.Consumer<Subscription> onClose) {
        if (capacity < 1 || capacity > CAPACITY_RECORDS_MAX) {
            throw new IllegalArgumentException(
                    "a subscription holds 1 to " + CAPACITY_RECORDS_MAX + " records: " + capacity);
        }
        this.capacity = capacity;
        this.onClose = () -> onClose.accept(this);
    }

    void offer(Entry entry) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            // After a gap the queue must be half empty first, so that gaps do not come one by one.
            boolean full = gapCount == 0 ? queue.size() >= capacity : queue.size() > capacity / 2;
            if (full) {
                if (gapCount == 0) {
                    gapFirst = entry.address().index();
                }
                gapCount++;
                missed++;
            } else {
                gap();
                queue.add(new Delivery.Delivered(entry));
            }
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    private void gap() {
        if (gapCount > 0) {
            queue.add(new Delivery.Gap(gapFirst, gapCount));
            gapCount = 0;
        }
    }

    /** The next delivery; empty when none came within the time. Ended is given again and again. */
    public Optional<Delivery> next(long waitMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            while (queue.isEmpty() && gapCount == 0 && !ended && left > 0) {
                left = filled.awaitNanos(left);
            }
            if (queue.isEmpty()) {
                gap();
            }
            if (queue.isEmpty() && ended) {
                return Optional.of(new Delivery.Ended());
            }
            return Optional.ofNullable(queue.poll());
        } finally {
            lock.unlock();
        }
    }

    /** Records that did not fit, in all. */
    public long missed() {
        lock.lock();
        try {
            return missed;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more records are handed to this reader. */
    @Override
    public void close() {
        onClose.run();
        end();
    }
}
