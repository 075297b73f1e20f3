package rein.gateway.egress;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The node's room for connections, shared out so that no number of runs can take all of it: a run
 * may hold a part of what is free, so its share shrinks while others grow. Eight busy runs have all
 * that a run can use; sixteen get 170 each and leave a third of the room; a hundred get 38. Whoever
 * comes next always finds some. Safe for any thread.
 *
 * <p>The choice not taken is a fixed part for each run: with thousands of runs it would be two
 * connections, or it would be none at all for the last.
 */
final class Room {
    private final int max;
    private final ReentrantLock lock = new ReentrantLock();
    private int taken;

    Room(int max) {
        this.max = max;
    }

    /** What a run may hold now. */
    int share() {
        lock.lock();
        try {
            return shareOf(max - taken);
        } finally {
            lock.unlock();
        }
    }

    private static int shareOf(int free) {
        int share = Math.ceilDiv(free, Limits.CONNECTIONS_FREE_PER_SHARE);
        return Math.min(Limits.CONNECTIONS_PER_RUN_MAX, share);
    }

    /**
     * Takes one place.
     *
     * @param held how many this run has
     */
    boolean enter(int held) {
        lock.lock();
        try {
            if (held >= shareOf(max - taken)) {
                return false;
            }
            taken++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            taken--;
        } finally {
            lock.unlock();
        }
    }
}
