package rein.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import rein.vocabulary.Ticker;

/**
 * How the runs of a node outlive it. The node that ends in order stands them still, tells what
 * {@link HandedSandbox} holds and leaves them to its watcher; the next node finds their groups and
 * their network namespaces through their own processes, binds the listeners there again, watches
 * and observes them as before, and lets them go on.
 *
 * <p>Nothing is kept open for it: a namespace lives as long as a process in it does, so a run that
 * ends meanwhile leaves nothing behind.
 */
public final class SandboxHandOver {
    /** For all runs together; the kernel freezes them in parallel. */
    private static final int FREEZE_MILLIS_MAX = 5_000;

    /** The program of a launcher that is still at work. */
    private static final String LAUNCHER = "java";

    private final SandboxHost host;
    private final Ticker ticker;
    private final CgroupTree tree;
    private final Optional<ExecObserver> observer;
    private final RunIds runIds;
    private final RunWatch watch;

    SandboxHandOver(
            SandboxHost host,
            Ticker ticker,
            CgroupTree tree,
            Optional<ExecObserver> observer,
            RunIds runIds,
            RunWatch watch) {
        this.watch = watch;
        this.host = host;
        this.ticker = ticker;
        this.tree = tree;
        this.observer = observer;
        this.runIds = runIds;
    }

    /**
     * Stands all of these still.
     *
     * @return those that did not stand still in time; they can go on meanwhile, with no way out
     */
    public List<Sandbox> freeze(List<Sandbox> sandboxes) {
        long deadline = ticker.nanos() + FREEZE_MILLIS_MAX * 1_000_000L;
        List<Sandbox> moving = new ArrayList<>();
        for (Sandbox sandbox : sandboxes) {
            freeze(sandbox);
        }
        for (Sandbox sandbox : sandboxes) {
            if (!sandbox.group().awaitFrozen(deadline)) {
                moving.add(sandbox);
            }
        }
        return moving;
    }

    /** A run that ends at this moment has nothing to stand still. */
    private static void freeze(Sandbox sandbox) {
        try {
            sandbox.group().freeze(true);
        } catch (SandboxException e) {
            return;
        }
    }

    /** Whether the launcher has become the command: only then can a run outlive this node. */
    public boolean begun(Sandbox sandbox) {
        return sandbox.pid().stream()
                .mapToObj(ProcessHandle::of)
                .flatMap(Optional::stream)
                .flatMap(process -> process.info().command().stream())
                .anyMatch(program -> !Path.of(program).endsWith(LAUNCHER));
    }

    /** What the next node is to be told of a run; empty if it has not started or is over. */
    public Optional<HandedSandbox> tell(Sandbox sandbox) {
        return sandbox.pid().stream()
                .boxed()
                .findFirst()
                .map(first ->
                        new HandedSandbox(
                                sandbox.run(),
                                sandbox.workdir().toString(),
                                sandbox.runId(),
                                sandbox.callerUid().isPresent(),
                                first,
                                sandbox.network().namespace().identity(),
                                sandbox.guards(),
                                sandbox.held().placeholders().stream()
                                        .map(Guards.Placeholder::path)
                                        .toList(),
                                sandbox.held().callersOwn(),
                                observer.map(o -> o.past(sandbox.run().id())).orElse(0)));
    }

    /** Who would keep them; to be written down before {@link #leave}. */
    public Keeper keeper() {
        return Keeper.of(host.watcherPid())
                .filter(Keeper::keeps)
                .orElseThrow(() ->
                        new SandboxException(
                                SandboxException.Code.CLOSED,
                                "The node's watcher process is gone. Try again."));
    }

    /**
     * Leaves all runs to the watcher: closing the host no longer ends them. There is no way back.
     *
     * @param seconds after which it kills them if it has not been released
     * @param file what the next node takes away when it has come
     */
    public void leave(int seconds, Path file) {
        var _ = host.keep(seconds, file);
    }

    /**
     * Holds a run that an earlier node began. It still stands still; thaw it when its door is open.
     *
     * @throws SandboxException when it is not what it was: {@link #giveUp} it
     */
    public Sandbox adopt(HandedSandbox handed) {
        UUID id = handed.run().id();
        Cgroup cgroup =
                tree.existing(id.toString())
                        .orElseThrow(() -> lost(id, "its control group is gone"));
        if (!handed.ofCaller() && !runIds.reserve(handed.runId())) {
            throw lost(id, "its user id " + handed.runId() + " is not free");
        }
        try {
            NetworkNamespace namespace = namespace(cgroup, handed);
            RunNetwork network = RunNetwork.adopt(namespace);
            observer.ifPresent(o -> o.adopt(id, handed.starters(), cgroup.threads()));
            Sandbox sandbox =
                    new Sandbox(
                            host,
                            ticker,
                            handed.run(),
                            Path.of(handed.workdir()),
                            cgroup,
                            new AdoptedEntry(runIds, handed.runId(), callerUid(handed), network),
                            AdoptedEntry.SPENT,
                            host.folders().adopt(handed));
            watch.adopt(cgroup, handed.first(), sandbox::end);
            host.register(sandbox);
            return sandbox;
        } catch (RuntimeException e) {
            if (!handed.ofCaller()) {
                runIds.release(handed.runId());
            }
            throw e;
        }
    }

    /** All that go on have been adopted. */
    public void settle() {
        host.folders().settle();
    }

    private static OptionalInt callerUid(HandedSandbox handed) {
        return handed.ofCaller() ? OptionalInt.of(handed.runId()) : OptionalInt.empty();
    }

    /** Any of its processes will do: a run cannot make or enter another network namespace. */
    private NetworkNamespace namespace(Cgroup cgroup, HandedSandbox handed) {
        return cgroup.processes().stream()
                .map(pid -> NetworkNamespace.of(host.linux(), pid, handed.network()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> lost(handed.run().id(), "no process is left in its network"));
    }

    private static SandboxException lost(UUID run, String why) {
        return new SandboxException(
                SandboxException.Code.CLOSED, "Run " + run + " cannot be adopted: " + why + ".");
    }

    /** Kills a run that is not adopted and removes its group. */
    public void giveUp(UUID run) {
        tree.existing(run.toString())
                .ifPresent(cgroup -> {
                    cgroup.kill();
                    if (cgroup.awaitEmpty(ticker.nanos() + FREEZE_MILLIS_MAX * 1_000_000L)) {
                        var _ = cgroup.remove();
                    }
                });
    }
}
