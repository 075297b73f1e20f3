package rein.server.node;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Tells a run's terminal of each thing once, and of so many things at most. Safe for any thread.
 */
final class ToldOnce {
    /** Whoever is shown more lines reads none; the log has them all. */
    static final int LINES_MAX = 20;

    private final Consumer<String> terminal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> told = new HashSet<>();

    ToldOnce(Consumer<String> terminal) {
        this.terminal = terminal;
    }

    void tell(String about, String line) {
        lock.lock();
        try {
            if (told.size() >= LINES_MAX || !told.add(about)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        terminal.accept(line);
    }
}
