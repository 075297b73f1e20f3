package rein.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The runs started here last, so that a stop finds them while PostgreSQL is gone. When there are
 * too many, ended runs go first. Safe for any thread.
 */
final class RunMemory {
    /** About 1 KB each; a node carries thousands of runs at once. */
    static final int RUNS_MAX = 20_000;

    private final int runsMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<UUID, Runs.Entry> open = new LinkedHashMap<>();
    private final LinkedHashMap<UUID, Runs.Entry> ended = new LinkedHashMap<>();

    RunMemory(int runsMax) {
        this.runsMax = runsMax;
    }

    void put(Runs.Entry entry) {
        lock.lock();
        try {
            UUID id = entry.run().id();
            open.remove(id);
            ended.remove(id);
            (entry.end().isPresent() ? ended : open).put(id, entry);
            if (open.size() + ended.size() > runsMax) {
                Map<UUID, Runs.Entry> victims = ended.isEmpty() ? open : ended;
                victims.remove(victims.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** All whose id ends in these hex digits, oldest first, open runs before ended ones. */
    List<Runs.Entry> endingIn(String digits) {
        lock.lock();
        try {
            return java.util.stream.Stream.concat(open.values().stream(), ended.values().stream())
                    .filter(e -> e.run().id().toString().replace("-", "").endsWith(digits))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    void end(UUID id, Runs.End end) {
        lock.lock();
        try {
            Runs.Entry entry = open.get(id);
            if (entry != null) {
                put(new Runs.Entry(entry.run(), java.util.Optional.of(end)));
            }
        } finally {
            lock.unlock();
        }
    }
}
