package rein.audit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.RecordRefusedException.Code;

/** The bounded queue in front of the writer. Never blocks a caller: full is refused. */
final class Intake {
    /**
     * Records that may wait: about 80 ms of work at 100,000 records/s; a caller behind a longer
     * queue is better refused and told to come back.
     */
    static final int QUEUE_RECORDS_MAX = 8_192;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final ArrayDeque<Ticket> queue = new ArrayDeque<>();
    private boolean closed;
    private long refusals;

    void put(Ticket ticket) throws RecordRefusedException {
        lock.lock();
        try {
            if (closed) {
                throw new RecordRefusedException(
                        Code.BROKEN, "The audit log is closed. Start Rein again.");
            }
            if (queue.size() >= QUEUE_RECORDS_MAX) {
                refusals++;
                throw new RecordRefusedException(
                        Code.BUSY,
                        QUEUE_RECORDS_MAX + " records wait to be written. Try again shortly.");
            }
            queue.add(ticket);
            if (queue.size() == 1) {
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** At most this many; waits for the first. Empty when the time is over. */
    List<Ticket> take(int max, long waitMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            while (queue.isEmpty() && !closed && left > 0) {
                left = filled.awaitNanos(left);
            }
            List<Ticket> taken = new ArrayList<>(Math.min(max, queue.size()));
            while (taken.size() < max && !queue.isEmpty()) {
                taken.add(queue.remove());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is taken in any more; what waits is still written. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean done() {
        lock.lock();
        try {
            return closed && queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    long refusals() {
        lock.lock();
        try {
            return refusals;
        } finally {
            lock.unlock();
        }
    }
}
