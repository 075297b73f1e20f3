package rein.server.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import rein.vocabulary.Ticker;

/**
 * Each run's folder for the node's last word, from its start until its launcher has read that word:
 * for root in the data folder, for an ordinary caller in a folder that they can enter. What goes
 * wrong with removing is logged, since it must not keep a run from ending. Safe for any thread.
 */
public final class RunFolders {
    /** A launcher looks for the last word for two seconds; a stopped one may do so later. */
    private static final long KEPT_SECONDS = 60;

    private record Over(Path folder, long sinceNanos) {}

    private final Path own;
    private final Optional<Path> shared;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Over> over = new ArrayDeque<>();

    /**
     * @param own below the data folder
     * @param shared below {@code /run}; empty where no ordinary user can call
     */
    public RunFolders(Path own, Optional<Path> shared, Ticker ticker) {
        this.own = own;
        this.shared = shared;
        this.ticker = ticker;
    }

    Path of(UUID run, OptionalInt callerUid) {
        return shared.filter(_ -> callerUid.isPresent()).orElse(own).resolve(run.toString());
    }

    /**
     * Leaves the lines. INVARIANT: only root can write in the folder, so the file that is given to
     * its reader is the one just made.
     */
    static void leave(Path folder, Path file, List<String> lines, OptionalInt readerUid)
            throws IOException {
        Path fresh = folder.resolve("last-word.new");
        Files.write(fresh, lines);
        if (readerUid.isPresent()) {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r--------"));
            Files.setAttribute(fresh, "unix:uid", readerUid.getAsInt());
        }
        Files.move(fresh, file);
    }

    /** At a node's start: only the folders of these runs stay. */
    void keepOnly(Set<UUID> runs) {
        List<String> kept = runs.stream().map(UUID::toString).toList();
        for (Path folder : Stream.concat(Stream.of(own), shared.stream()).toList()) {
            try (Stream<Path> all = Files.list(folder)) {
                List<Path> stale =
                        all.filter(path -> !kept.contains(path.getFileName().toString())).toList();
                stale.forEach(RunFolders::delete);
            } catch (IOException e) {
                failed(folder, e);
            }
        }
    }

    /** The run with this folder has ended and its last word is there. */
    void over(Path folder) {
        lock.lock();
        try {
            over.add(new Over(folder, ticker.nanos()));
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
