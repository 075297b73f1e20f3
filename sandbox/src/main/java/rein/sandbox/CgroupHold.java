package rein.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import rein.vocabulary.Ticker;

/**
 * The hold of a node that is root: a control group per run, a watcher that writes the parent's
 * {@code cgroup.kill}, and the kernel's trace of program starts. Making it ends what an earlier
 * node of the same name left.
 */
final class CgroupHold implements Hold {
    private final Linux linux;
    private final String name;
    private final CgroupTree tree;
    private final RunWatch watch;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<ExecObserver> observer = Optional.empty();
    private String observation = "";
    private Watcher watcher;
    private boolean closed;
    private boolean handedOver;

    private CgroupHold(Linux linux, Ticker ticker, String name, Set<String> kept) {
        this.linux = linux;
        this.name = name;
        this.tree = new CgroupTree(linux, ticker, CgroupMounts.ofHost(), name, kept);
        this.watcher = Watcher.start(name, tree.folders());
        this.watch = new RunWatch(linux);
    }

    /**
     * @param kept the groups of runs that an earlier node handed over
     * @param writable the folders in which a run can write
     */
    static CgroupHold open(
            Linux linux,
            Ticker ticker,
            String name,
            Set<String> kept,
            Function<UUID, List<String>> writable,
            Consumer<Exec> execs) {
        CgroupHold hold = new CgroupHold(linux, ticker, name, kept);
        hold.observe(ticker, writable, execs);
        hold.keepWatcher();
        return hold;
    }

    private void observe(
            Ticker ticker, Function<UUID, List<String>> writable, Consumer<Exec> execs) {
        try {
            TraceInstance instance = TraceInstance.open(linux, name, watcher.pid());
            observer =
                    Optional.of(
                            new ExecObserver(
                                    linux,
                                    ticker,
                                    instance,
                                    new HostRuns(writable),
                                    RootView.starters(),
                                    execs));
        } catch (SandboxException e) {
            observation = e.getMessage();
        }
    }

    @Override
    public boolean isOfRun(long pid) {
        try {
            return new HostRuns(_ -> List.of()).ofProcess(pid).isPresent();
        } catch (IllegalArgumentException strange) {
            // It is in a group below ours that is not named as runs are: not to be trusted either.
            return true;
        }
    }

    CgroupTree tree() {
        return tree;
    }

    Optional<ExecObserver> observer() {
        return observer;
    }

    RunWatch runWatch() {
        return watch;
    }

    @Override
    public Keeper keep(int seconds, Path file) {
        lock.lock();
        try {
            Keeper keeper = watcher.keep(seconds, file);
            closed = true;
            handedOver = true;
            return keeper;
        } finally {
            lock.unlock();
        }
    }

    private final class HostRuns implements ExecObserver.Runs {
        private final Function<UUID, List<String>> writable;

        HostRuns(Function<UUID, List<String>> writable) {
            this.writable = writable;
        }

        @Override
        public Optional<UUID> ofProcess(long pid) {
            String prefix = "/" + name + "/";
            return KernelFile.read(Path.of("/proc", Long.toString(pid), "cgroup")).stream()
                    .flatMap(String::lines)
                    .filter(line -> line.startsWith("0::") && line.contains(prefix))
                    .map(line -> line.substring(line.indexOf(prefix) + prefix.length()))
                    // A group that was removed before its last process was reaped says so behind.
                    .map(group -> group.replace(" (deleted)", ""))
                    .map(UUID::fromString)
                    .findFirst();
        }

        @Override
        public List<String> writable(UUID run) {
            return writable.apply(run);
        }
    }

    /** A watcher that ended is replaced at once; if none can be started, the runs are stopped. */
    private void keepWatcher() {
        Watcher current = watcher;
        current.onEnd(() -> {
            lock.lock();
            try {
                if (!closed) {
                    watcher = Watcher.start(name, tree.folders());
                    long pid = watcher.pid();
                    observer.ifPresent(o -> KernelFile.tryWrite(Path.of(o.join()), "" + pid));
                    keepWatcher();
                }
            } catch (SandboxException e) {
                KernelFile.write(tree.parent().resolve("cgroup.kill"), "1");
            } finally {
                lock.unlock();
            }
        });
    }

    /** The group below which every run of this node is. */
    Path parent() {
        return tree.parent();
    }

    @Override
    public Group create(Entry entry, UUID run, Limits limits) {
        return tree.create(run.toString(), limits);
    }

    @Override
    public String trace() {
        return observer.map(ExecObserver::join).orElse("");
    }

    @Override
    public void watch(Group group, Runnable ended) {
        watch.add(cgroup(group), ended);
    }

    @Override
    public OptionalLong first(Group group) {
        return watch.pid(cgroup(group));
    }

    @Override
    public void forget(Group group, UUID run) {
        watch.remove(cgroup(group));
        observer.ifPresent(o -> o.forget(run));
    }

    private static Cgroup cgroup(Group group) {
        return switch (group) {
            case Cgroup cgroup -> cgroup;
            case InitGroup _ -> throw new IllegalArgumentException("a group of another hold");
        };
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

    @Override
    public ExecCounts execCounts() {
        return observer.map(ExecObserver::counts)
                .orElseGet(() -> new ExecCounts(0, 0, 0, 0, 0, false));
    }

    @Override
    public Optional<String> observationMissing() {
        return observation.isEmpty() ? Optional.empty() : Optional.of(observation);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        observer.ifPresent(ExecObserver::close);
        watch.close();
        if (!handedOver) {
            tree.removeAll();
            watcher.close();
        }
    }
}
