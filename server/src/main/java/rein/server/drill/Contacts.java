package rein.server.drill;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** What reached the peers outside: connections or packets, and bytes. Safe for any thread. */
final class Contacts {
    /** How often a peer was reached, and with how much. */
    record Count(long contacts, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count minus(Count earlier) {
            return new Count(contacts - earlier.contacts, bytes - earlier.bytes);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Count> byPeer = new HashMap<>();

    void add(String peer, long contacts, long bytes) {
        lock.lock();
        try {
            byPeer.merge(
                    peer,
                    new Count(contacts, bytes),
                    (a, b) -> new Count(a.contacts + b.contacts, a.bytes + b.bytes));
        } finally {
            lock.unlock();
        }
    }

    Count of(String peer) {
        lock.lock();
        try {
            return byPeer.getOrDefault(peer, Count.NONE);
        } finally {
            lock.unlock();
        }
    }

    Count all() {
        lock.lock();
        try {
            return byPeer.values().stream()
                    .reduce(
                            Count.NONE,
                            (a, b) -> new Count(a.contacts + b.contacts, a.bytes + b.bytes));
        } finally {
            lock.unlock();
        }
    }
}
