package rein.sandbox;

import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/** Gives each run that is alive a uid and gid of its own on the host. Safe for any thread. */
final class RunIds {
    /**
     * The first of them. 1879048192 to 2147352575 is the largest range that neither systemd's table
     * of uids (its containers end below) nor shadow's subordinate ids use, and it stays below 2^31,
     * which old tools take for negative.
     */
    static final int FIRST = 2_000_000_000;

    /** Sandboxes at once; each holds seven descriptors of the node besides. */
    static final int RUNS_MAX = 4_096;

    private final ReentrantLock lock = new ReentrantLock();
    private final BitSet taken = new BitSet();

    int take() {
        lock.lock();
        try {
            int offset = taken.nextClearBit(0);
            if (offset >= RUNS_MAX) {
                throw new SandboxException(
                        SandboxException.Code.FULL,
                        "This node holds " + RUNS_MAX + " runs already. Wait for one to end.");
            }
            taken.set(offset);
            return FIRST + offset;
        } finally {
            lock.unlock();
        }
    }

    /** Takes this one again, for a run that an earlier node began; false when it is not free. */
    boolean reserve(int id) {
        int offset = id - FIRST;
        lock.lock();
        try {
            if (offset < 0 || offset >= RUNS_MAX || taken.get(offset)) {
                return false;
            }
            taken.set(offset);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void release(int id) {
        lock.lock();
        try {
            taken.clear(id - FIRST);
        } finally {
            lock.unlock();
        }
    }
}
