package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import rein.vocabulary.Cut;
import rein.vocabulary.Enforcer;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Ticker;

/**
 * All sandboxes of a node that is root, and what they share: the parent group, the watcher, the run
 * watch and the exec observer. It is the enforcement point that freezes and kills. Opening it ends
 * what an earlier node with the same data folder left behind. Safe for any thread.
 */
public final class SandboxHost implements Enforcer, AutoCloseable {
    private final Linux linux;
    private final Ticker ticker;
    private final Path data;
    private final Path home;
    private final String name;
    private final CgroupTree tree;
    private final RunWatch watch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, Sandbox> sandboxes = new LinkedHashMap<>();
    private final RunIds runIds = new RunIds();
    private final Placeholders placeholders;
    private final OwnRules ownRules;
    private Optional<ExecObserver> observer = Optional.empty();
    private String observation = "";
    private Watcher watcher;
    private boolean closed;
    private boolean handedOver;

    private SandboxHost(Linux linux, Ticker ticker, Path data, Path home, Set<String> kept) {
        this.linux = linux;
        this.ticker = ticker;
        this.data = data;
        this.home = home;
        this.name = CgroupTree.name(data);
        this.tree = new CgroupTree(linux, ticker, CgroupMounts.ofHost(), name, kept);
        this.watcher = Watcher.start(name, tree.folders());
        this.watch = new RunWatch(linux);
        this.placeholders = new Placeholders(linux, data.resolve("placeholders"), !kept.isEmpty());
        this.ownRules = new OwnRules(linux);
    }

    /**
     * Makes this process the holder of sandboxes.
     *
     * @param data the node's data folder, which names the node's cgroups; no run may reach it
     * @param home the home that no run may have as its work folder
     * @param execs told of every program start on the observing thread; must not block for long
     * @throws SandboxException when this machine cannot contain runs, with the reason
     */
    public static SandboxHost open(
            Linux linux, Ticker ticker, Path data, Path home, Consumer<Exec> execs) {
        return open(linux, ticker, data, home, execs, Set.of());
    }

    /**
     * As above, leaving alone the runs that an earlier node handed over: {@link
     * SandboxHandOver#adopt} each of them, or {@link SandboxHandOver#giveUp} it.
     */
    public static SandboxHost open(
            Linux linux,
            Ticker ticker,
            Path data,
            Path home,
            Consumer<Exec> execs,
            Set<UUID> kept) {
        Set<String> names = kept.stream().map(UUID::toString).collect(Collectors.toSet());
        SandboxHost host = new SandboxHost(linux, ticker, data, home, names);
        host.observe(execs);
        host.keepWatcher();
        return host;
    }

    /** What a node with this data folder is called in the kernel and under {@code /run}. */
    public static String name(Path data) {
        return CgroupTree.name(data);
    }

    private void observe(Consumer<Exec> execs) {
        try {
            TraceInstance instance = TraceInstance.open(linux, name, watcher.pid());
            observer =
                    Optional.of(
                            new ExecObserver(
                                    linux,
                                    ticker,
                                    instance,
                                    new HostRuns(),
                                    RootView.starters(),
                                    execs));
        } catch (SandboxException e) {
            observation = e.getMessage();
        }
    }

    /** Whether a process belongs to a run of this node, by its group. */
    public boolean isOfRun(long pid) {
        try {
            return new HostRuns().ofProcess(pid).isPresent();
        } catch (IllegalArgumentException strange) {
            // It is in a group below ours that is not named as runs are: not to be trusted either.
            return true;
        }
    }

    private final class HostRuns implements ExecObserver.Runs {
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
            List<String> folders = new ArrayList<>(RootView.SCRATCH);
            find(run).ifPresent(sandbox -> folders.add(sandbox.workdir().toString()));
            return folders;
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

    /**
     * Prepares a run: group with limits, network with listeners bound, id mapping, plan. Takes tens
     * of milliseconds; nothing runs yet.
     *
     * @throws SandboxException {@code SPEC} with a sentence for the caller, or why it is impossible
     */
    public Sandbox prepare(SandboxSpec spec) {
        return prepare(spec, path -> false);
    }

    /**
     * As {@link #prepare(SandboxSpec)}.
     *
     * @param wanted which files of the work folder {@link Sandbox#scan} names
     */
    public Sandbox prepare(SandboxSpec spec, Predicate<String> wanted) {
        return prepare(spec, wanted, workdir -> DedicatedEntry.open(linux, runIds, workdir));
    }

    /**
     * As {@link #prepare(SandboxSpec)}, for a caller who is not root and whose process has made the
     * user and network namespace of the run. Call {@link Sandbox#admit} before the plan is handed
     * out.
     */
    public Sandbox prepare(SandboxSpec spec, Peer caller) {
        return prepare(spec, path -> false, caller);
    }

    /** As {@link #prepare(SandboxSpec, Peer)} and {@link #prepare(SandboxSpec, Predicate)}. */
    public Sandbox prepare(SandboxSpec spec, Predicate<String> wanted, Peer caller) {
        return prepare(spec, wanted, _ -> CallerEntry.open(linux, ticker, ownRules, caller));
    }

    private Sandbox prepare(
            SandboxSpec spec, Predicate<String> wanted, Function<Path, Entry> entrance) {
        Path workdir = usable(spec.workdir());
        requireWatcher();
        List<AutoCloseable> made = new ArrayList<>();
        try {
            Entry entry = entrance.apply(workdir);
            made.add(entry);
            Sandbox.Held held = hold(workdir, wanted, entry.callerUid());
            made.add(() -> placeholders.release(workdir, held.placeholders()));
            Cgroup cgroup = tree.create(spec.run().id().toString(), spec.limits());
            made.add(cgroup::remove);
            String trace = observer.map(ExecObserver::join).orElse("");
            LaunchPlan plan = entry.plan(spec, workdir, held.guards().list(), cgroup, trace);
            Sandbox sandbox =
                    new Sandbox(this, ticker, spec.run(), workdir, cgroup, entry, plan, held);
            add(sandbox);
            return sandbox;
        } catch (RuntimeException e) {
            release(made.reversed());
            throw e;
        }
    }

    private Path usable(Path workdir) {
        return switch (WorkdirCheck.of(workdir, data, home)) {
            case WorkdirCheck.Usable(Path path) -> path;
            case WorkdirCheck.Refused(String sentence) ->
                    throw new SandboxException(SandboxException.Code.SPEC, sentence);
        };
    }

    /**
     * What a run would find where, without preparing one.
     *
     * @param caller the uid of a caller who is not root
     * @throws SandboxException as {@link #prepare(SandboxSpec)}
     */
    public List<Shown> explain(SandboxSpec spec, OptionalInt caller) {
        Path workdir = usable(spec.workdir());
        List<Shown> all = new ArrayList<>(RootView.shown(spec, workdir));
        boolean own = caller.isEmpty() || caller.getAsInt() == owner(workdir, "unix:uid");
        WorkdirScan scan = own ? WorkdirScan.of(workdir, path -> false) : WorkdirScan.none();
        for (Guard guard : Guards.of(linux, workdir, scan, own).list()) {
            String mode = guard.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
            all.add(new Shown(workdir.resolve(guard.path()).toString(), mode, guard.why()));
        }
        return all;
    }

    private void add(Sandbox sandbox) {
        watch.add(sandbox.cgroup(), sandbox::end);
        register(sandbox);
    }

    /** Its group is watched already. */
    void register(Sandbox sandbox) {
        lock.lock();
        try {
            if (!closed && sandboxes.putIfAbsent(sandbox.run().id(), sandbox) == null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        watch.remove(sandbox.cgroup());
        throw new SandboxException(
                SandboxException.Code.CLOSED,
                "The node is ending, or run " + sandbox.run().id() + " exists already.");
    }

    private static void release(List<AutoCloseable> made) {
        for (AutoCloseable resource : made) {
            try {
                resource.close();
            } catch (Exception e) {
                // The failure that led here is the one to report.
            }
        }
    }

    /**
     * INVARIANT: in a folder that is not the caller's own the node, which is root, makes nothing
     * and looks at nothing: it must not do for a caller what that caller could not.
     */
    void settle() {
        placeholders.settle();
    }

    Sandbox.Held hold(Path workdir, Predicate<String> wanted, OptionalInt caller) {
        int uid = owner(workdir, "unix:uid");
        boolean own = caller.isEmpty() || caller.getAsInt() == uid;
        WorkdirScan scan = own ? WorkdirScan.of(workdir, wanted) : WorkdirScan.none();
        Guards guards = Guards.of(linux, workdir, scan, own);
        List<Guards.Placeholder> held =
                placeholders.hold(
                        workdir,
                        uid,
                        owner(workdir, "unix:gid"),
                        guards.placeholders(),
                        guards::impossible);
        return new Sandbox.Held(scan, guards, held, own);
    }

    private static int owner(Path workdir, String attribute) {
        try {
            return (int) Files.getAttribute(workdir, attribute);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SPEC,
                    "The owner of the work folder " + workdir + " cannot be read.",
                    e);
        }
    }

    private void requireWatcher() {
        lock.lock();
        try {
            if (closed || !watcher.alive()) {
                throw new SandboxException(
                        SandboxException.Code.CLOSED,
                        "The node's watcher process is gone, so a crash of the node would leave "
                                + "the run free. Try again; if it stays so, restart the node.");
            }
        } finally {
            lock.unlock();
        }
    }

    void forget(Sandbox sandbox) {
        watch.remove(sandbox.cgroup());
        observer.ifPresent(o -> o.forget(sandbox.run().id()));
        placeholders.release(sandbox.workdir(), sandbox.held().placeholders());
        lock.lock();
        try {
            sandboxes.remove(sandbox.run().id());
        } finally {
            lock.unlock();
        }
    }

    /** The group below which every run of this node is. */
    Path parentCgroup() {
        return tree.parent();
    }

    long watcherPid() {
        lock.lock();
        try {
            return watcher.pid();
        } finally {
            lock.unlock();
        }
    }

    /** Giving the runs to the next node of this data folder, and taking them from the last. */
    public SandboxHandOver handOver() {
        return new SandboxHandOver(this, ticker, tree, observer, runIds);
    }

    /** From here on the watcher answers for the runs: {@link #close} leaves them as they are. */
    Keeper keep(int seconds, Path file) {
        lock.lock();
        try {
            Keeper keeper = watcher.keep(seconds, file);
            handedOver = true;
            closed = true;
            return keeper;
        } finally {
            lock.unlock();
        }
    }

    Linux linux() {
        return linux;
    }

    RunWatch watch() {
        return watch;
    }

    public Optional<Sandbox> find(UUID run) {
        lock.lock();
        try {
            return Optional.ofNullable(sandboxes.get(run));
        } finally {
            lock.unlock();
        }
    }

    /** In the order in which they were prepared. */
    public List<Sandbox> sandboxes() {
        lock.lock();
        try {
            return List.copyOf(sandboxes.values());
        } finally {
            lock.unlock();
        }
    }

    /** Why program starts are not observed on this machine; empty when they are. */
    public Optional<String> observationMissing() {
        return observation.isEmpty() ? Optional.empty() : Optional.of(observation);
    }

    /** How complete exec observation is; zeros when there is none. */
    public ExecCounts execCounts() {
        return observer.map(ExecObserver::counts)
                .orElseGet(() -> new ExecCounts(0, 0, 0, 0, 0, false));
    }

    /**
     * All runs covered are signalled first, then waited for: the kernel works on them in parallel,
     * and a run that is slow to die does not delay the others.
     */
    @Override
    public Set<Cut> cut(StopOrder order) {
        Map<Sandbox, Long> counts = new LinkedHashMap<>();
        long start = ticker.nanos();
        for (Sandbox sandbox : sandboxes()) {
            if (order.scope().covers(sandbox.run())) {
                counts.put(sandbox, begin(order.mode(), sandbox));
            }
        }
        Set<Cut> cuts = new LinkedHashSet<>();
        counts.forEach((sandbox, count) -> cuts.add(await(order.mode(), sandbox, start, count)));
        return Collections.unmodifiableSet(cuts);
    }

    /**
     * Signals one run. INVARIANT: a run that fails, for one because it ends at this moment, keeps
     * no other from being cut; what became of it is what {@link #await} then sees.
     */
    private static long begin(StopOrder.Mode mode, Sandbox sandbox) {
        try {
            long count = sandbox.processes().size();
            switch (mode) {
                case SUSPEND -> sandbox.cgroup().freeze(true);
                case TERMINATE -> sandbox.cgroup().kill();
            }
            return count;
        } catch (RuntimeException e) {
            return 0;
        }
    }

    private static Cut await(StopOrder.Mode mode, Sandbox sandbox, long start, long count) {
        try {
            return awaited(mode, sandbox, start, count);
        } catch (RuntimeException e) {
            long left = sandbox.processes().size();
            return new Cut(sandbox.run().id(), left == 0 ? "gone" : "failed", count, left, 0);
        }
    }

    private static Cut awaited(StopOrder.Mode mode, Sandbox sandbox, long start, long count) {
        UUID run = sandbox.run().id();
        return switch (mode) {
            case SUSPEND -> {
                Sandbox.Stopped stopped = sandbox.frozen(start, count);
                yield new Cut(
                        run, "frozen", stopped.count(), stopped.left(), stopped.elapsedMicros());
            }
            case TERMINATE -> {
                Sandbox.Stopped stopped = sandbox.killed(start, count);
                yield new Cut(
                        run, "killed", stopped.count(), stopped.left(), stopped.elapsedMicros());
            }
        };
    }

    /** Kills every run, then ends the watcher, the observer and the parent group. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed && !handedOver) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        if (!handedOver) {
            sandboxes().forEach(Sandbox::close);
        }
        observer.ifPresent(ExecObserver::close);
        watch.close();
        if (!handedOver) {
            tree.removeAll();
            watcher.close();
        }
    }
}
