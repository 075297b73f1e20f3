package rein.server.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import rein.vocabulary.Ticker;

/**
 * Each run's folder for the node's last word, from its start until its launcher has read that word.
 * What goes wrong here is logged, since it must not keep a run from ending. Safe for any thread.
 */
final class RunFolders {
    /** A launcher looks for the last word for two seconds; a stopped one may do so later. */
    private static final long KEPT_SECONDS = 60;

    private record Over(Path folder, long sinceNanos) {}

    private final Path folder;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Over> over = new ArrayDeque<>();

    RunFolders(Path folder, Ticker ticker) {
        this.folder = folder;
        this.ticker = ticker;
    }

    Path of(UUID run) {
        return folder.resolve(run.toString());
    }

    /** At a node's start: only the folders of these runs stay. */
    void keepOnly(Set<UUID> runs) {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> stale =
                    all.filter(path -> runs.stream().noneMatch(run -> of(run).equals(path)))
                            .toList();
            stale.forEach(RunFolders::delete);
        } catch (IOException e) {
            failed(folder, e);
        }
    }

    /** The run has ended and its last word is there. */
    void over(UUID run) {
        lock.lock();
        try {
            over.add(new Over(of(run), ticker.nanos()));
        } finally {
            lock.unlock();
        }
    }

    /** Removes the folders that nobody looks into any more. */
    void sweep() {
        long now = ticker.nanos();
        lock.lock();
        try {
            while (!over.isEmpty()
                    && now - over.getFirst().sinceNanos() >= KEPT_SECONDS * 1_000_000_000L) {
                delete(over.removeFirst().folder());
            }
        } finally {
            lock.unlock();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            failed(folder, e);
        }
    }

    private static void failed(Path folder, IOException e) {
        System.getLogger(RunFolders.class.getName())
                .log(System.Logger.Level.WARNING, "the folder " + folder, e);
    }
}
