package rein.server.node;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import rein.server.http.ProblemException;

/**
 * Whether the node takes new runs. While it drains it takes none; those that are there go on. A
 * node that is started again takes runs again. Safe for any thread.
 */
public final class Drain {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quiet = lock.newCondition();
    private boolean draining;
    private int entering;

    /** Takes no run from here on; whether this call made the difference. */
    public boolean begin() {
        lock.lock();
        try {
            boolean first = !draining;
            draining = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Takes runs again; whether this call made the difference. */
    public boolean undo() {
        lock.lock();
        try {
            boolean was = draining;
            draining = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    public boolean draining() {
        lock.lock();
        try {
            return draining;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Before anything is done for a new run.
     *
     * @throws ProblemException 503 while the node drains
     */
    public void refuse() {
        if (draining()) {
            throw new ProblemException(
                    503,
                    "draining",
                    "This node is draining and takes no new run, so the command was not run. Try "
                            + "again later; whoever maintains the node ends it: rein drain --undo");
        }
    }

    /** As {@link #refuse}; a run is being prepared from here until {@link #leave}. */
    void enter() {
        lock.lock();
        try {
            refuse();
            entering++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            entering--;
            quiet.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no run is being prepared any more, waiting for it at most so long. */
    boolean awaitQuiet(long millisMax) throws InterruptedException {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millisMax);
        lock.lock();
        try {
            while (entering > 0 && nanos > 0) {
                nanos = quiet.awaitNanos(nanos);
            }
            return entering == 0;
        } finally {
            lock.unlock();
        }
    }
}
