package rein.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
    private final boolean root;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, Sandbox> sandboxes = new LinkedHashMap<>();
    private final RunIds runIds = new RunIds();
    private final WorkFolders folders;
    private final OwnRules ownRules;
    private final Hold hold;
    private boolean closed;
    private boolean handedOver;

    private SandboxHost(
            Linux linux,
            Ticker ticker,
            Path data,
            Path home,
            boolean root,
            Consumer<Exec> execs,
            Set<String> kept) {
        this.linux = linux;
        this.ticker = ticker;
        this.data = data;
        this.home = home;
        this.root = root;
        this.ownRules = new OwnRules(linux);
        this.hold =
                root
                        ? CgroupHold.open(linux, ticker, name(data), kept, this::writable, execs)
                        : new InitHold(linux, ticker, data, execs);
        this.folders =
                new WorkFolders(
                        linux,
                        new Placeholders(linux, data.resolve("placeholders"), !kept.isEmpty()));
    }

    /**
     * Makes this process the holder of sandboxes: with cgroups and the kernel's trace where it is
     * root's, else with what an ordinary user has.
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
        return new SandboxHost(linux, ticker, data, home, linux.isRoot(), execs, names);
    }

    /** As if this process were root's, or not. */
    static SandboxHost open(
            Linux linux, Ticker ticker, Path data, Path home, boolean root, Consumer<Exec> execs) {
        return new SandboxHost(linux, ticker, data, home, root, execs, Set.of());
    }

    /** Whether this node is root's; one that is not holds its runs by less. */
    public boolean isRoots() {
        return root;
    }

    private List<String> writable(UUID run) {
        List<String> folders = new ArrayList<>(RootView.SCRATCH);
        find(run).ifPresent(sandbox -> folders.add(sandbox.workdir().toString()));
        return folders;
    }

    /** What a node with this data folder is called in the kernel and under {@code /run}. */
    public static String name(Path data) {
        return CgroupTree.name(data);
    }

    /** Whether a process belongs to a run of this node. */
    public boolean isOfRun(long pid) {
        return hold.isOfRun(pid);
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
        return prepare(
                spec,
                wanted,
                workdir ->
                        hold instanceof InitHold own
                                ? InitEntry.open(linux, ticker, caller, spec.run(), workdir, own)
                                : CallerEntry.open(linux, ticker, ownRules, caller));
    }

    private Sandbox prepare(
            SandboxSpec spec, Predicate<String> wanted, Function<Path, Entry> entrance) {
        Path workdir = usable(spec.workdir());
        requireWatcher();
        List<AutoCloseable> made = new ArrayList<>();
        try {
            Entry entry = entrance.apply(workdir);
            made.add(entry);
            Sandbox.Held held = folders.hold(workdir, wanted, entry.callerUid());
            made.add(() -> folders.release(workdir, held));
            Group group = hold.create(entry, spec.run().id(), spec.limits());
            made.add(group::remove);
            LaunchPlan plan = entry.plan(spec, workdir, held.guards(), group, hold.trace());
            Sandbox sandbox =
                    new Sandbox(this, ticker, spec.run(), workdir, group, entry, plan, held);
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
        all.addAll(folders.explain(workdir, caller));
        return all;
    }

    private void add(Sandbox sandbox) {
        hold.watch(sandbox.group(), sandbox::end);
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
        hold.forget(sandbox.group(), sandbox.run().id());
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

    WorkFolders folders() {
        return folders;
    }

    private void requireWatcher() {
        if (!hold.watched()) {
            throw new SandboxException(
                    SandboxException.Code.CLOSED,
                    "The node's watcher process is gone, so a crash of the node would leave "
                            + "the run free. Try again; if it stays so, restart the node.");
        }
    }

    void forget(Sandbox sandbox) {
        hold.forget(sandbox.group(), sandbox.run().id());
        folders.release(sandbox.workdir(), sandbox.held());
        lock.lock();
        try {
            sandboxes.remove(sandbox.run().id());
        } finally {
            lock.unlock();
        }
    }

    /** The group below which every run of a node of root's is. */
    Path parentCgroup() {
        return CgroupMounts.ofHost().unified().resolve(name(data));
    }

    long watcherPid() {
        return hold.watcherPid();
    }

    /**
     * Giving the runs to the next node of this data folder, and taking them from the last.
     *
     * @throws SandboxException {@code UNSUPPORTED} where the node is not root's
     */
    public SandboxHandOver handOver() {
        return switch (hold) {
            case CgroupHold cgroups ->
                    new SandboxHandOver(
                            this,
                            ticker,
                            cgroups.tree(),
                            cgroups.observer(),
                            runIds,
                            cgroups.runWatch());
            case InitHold _ ->
                    throw new SandboxException(
                            SandboxException.Code.UNSUPPORTED,
                            "A node without root cannot hand its runs over: drain it, then stop it.");
        };
    }

    /** From here on the watcher answers for the runs: {@link #close} leaves them as they are. */
    Keeper keep(int seconds, Path file) {
        lock.lock();
        try {
            Keeper keeper = hold.keep(seconds, file);
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

    OptionalLong first(Group group) {
        return hold.first(group);
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
        return hold.observationMissing();
    }

    /** How complete exec observation is; zeros when there is none. */
    public ExecCounts execCounts() {
        return hold.execCounts();
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
                case SUSPEND -> sandbox.group().freeze(true);
                case TERMINATE -> sandbox.group().kill();
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
        hold.close();
    }
}
