package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import rein.vocabulary.Ticker;

/**
 * The hold of a node without root: an init per run, pidfds, a watcher that has pidfds of its own,
 * and a file that names the inits for the next start, in case both were killed.
 */
final class InitHold implements Hold {
    private static final int SIGKILL = 9;

    private final Linux linux;
    private final Ticker ticker;
    private final Path file;
    private final InitWatch watch;
    private final ExecNotices notices;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Long> inits = new LinkedHashSet<>();
    private InitWatcher watcher;
    private boolean closed;

    /**
     * @param data the node's data folder
     */
    InitHold(Linux linux, Ticker ticker, Path data, Consumer<Exec> execs) {
        this.linux = linux;
        this.ticker = ticker;
        this.file = data.resolve("inits");
        endLeftOver();
        this.watch = new InitWatch(linux);
        this.watcher = InitWatcher.start(linux.architecture());
        this.notices = new ExecNotices(linux, ticker, execs);
        keepWatcher(watcher);
    }

    /** An id may be another process's by now; the time of its start tells. */
    private void endLeftOver() {
        KernelFile.read(file).stream()
                .flatMap(String::lines)
                .map(line -> line.split(" ", 2))
                .filter(words ->
                        words.length == 2 && started(Long.parseLong(words[0])).equals(words[1]))
                .forEach(words -> linux.signal(Long.parseLong(words[0]), SIGKILL));
    }

    /** In ticks since this boot, with the boot's id; proc(5), field 22 of stat. */
    private static String started(long pid) {
        String boot =
                KernelFile.read(Path.of("/proc/sys/kernel/random/boot_id")).orElse("").strip();
        return KernelFile.read(Path.of("/proc", Long.toString(pid), "stat"))
                .map(text -> text.substring(text.lastIndexOf(')') + 2).split(" ", -1)[19])
                .map(ticks -> boot + " " + ticks)
                .orElse("");
    }

    /** A watcher that ended is replaced at once; if none can be started, the runs are stopped. */
    private void keepWatcher(InitWatcher current) {
        current.onEnd(() -> {
            lock.lock();
            try {
                if (!closed) {
                    watcher = InitWatcher.start(linux.architecture());
                    inits.forEach(watcher::add);
                    keepWatcher(watcher);
                }
            } catch (SandboxException e) {
                inits.forEach(init -> linux.signal(init, SIGKILL));
            } finally {
                lock.unlock();
            }
        });
    }

    @Override
    public Group create(Entry entry, UUID run, Limits limits) {
        return switch (entry) {
            case InitEntry own -> own.hold(ticker);
            case DedicatedEntry _, CallerEntry _, AdoptedEntry _ ->
                    throw new SandboxException(
                            SandboxException.Code.UNSUPPORTED,
                            "A node without root holds no run of another user's.");
        };
    }

    private void change(Group group, boolean add) {
        if (!(group instanceof InitGroup held)) {
            return;
        }
        lock.lock();
        try {
            boolean _ = add ? inits.add(held.init()) : inits.remove(held.init());
            boolean told = add ? watcher.add(held.init()) : watcher.remove(held.init());
            if (add && !told) {
                throw new SandboxException(
                        SandboxException.Code.CLOSED,
                        "The node's watcher process is gone; try again.");
            }
            List<String> lines = inits.stream().map(init -> init + " " + started(init)).toList();
            Files.write(file, lines);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SYSTEM_CALL, file + " cannot be written: " + e, e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String trace() {
        return LaunchPlan.NOTIFY;
    }

    @Override
    public void watch(Group group, Runnable ended) {
        change(group, true);
        if (group instanceof InitGroup held) {
            watch.add(held, ended);
        }
    }

    @Override
    public OptionalLong first(Group group) {
        return group.processes().stream().mapToLong(Long::longValue).findFirst();
    }

    @Override
    public void forget(Group group, UUID run) {
        if (group instanceof InitGroup held) {
            watch.remove(held);
        }
        change(group, false);
    }

    @Override
    public boolean watched() {
        lock.lock();
        try {
            return !closed && watcher.alive();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long watcherPid() {
        lock.lock();
        try {
            return watcher.pid();
        } finally {
            lock.unlock();
        }
    }

    /** Its processes are the descendants of their inits, and no run sees the node's socket. */
    @Override
    public boolean isOfRun(long pid) {
        Set<Long> known;
        lock.lock();
        try {
            known = Set.copyOf(inits);
        } finally {
            lock.unlock();
        }
        long each = pid;
        while (each > 1 && !known.contains(each)) {
            each = KernelFile.status(each, "PPid").map(Long::parseLong).orElse(0L);
        }
        return each > 1;
    }

    @Override
    public Keeper keep(int seconds, Path keeping) {
        throw new SandboxException(
                SandboxException.Code.UNSUPPORTED, "Without root no run outlives its node.");
    }

    ExecNotices notices() {
        return notices;
    }

    @Override
    public ExecCounts execCounts() {
        return notices.counts();
    }

    @Override
    public Optional<String> observationMissing() {
        return Optional.empty();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        watch.close();
        watcher.close();
    }
}
