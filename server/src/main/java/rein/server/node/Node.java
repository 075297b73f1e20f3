package rein.server.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import rein.gateway.RunLedger;
import rein.gateway.egress.EgressDoor;
import rein.gateway.egress.RunListeners;
import rein.gateway.ingress.ExposedPort;
import rein.gateway.ingress.ExposedPorts;
import rein.respond.Approvals;
import rein.respond.Lease;
import rein.respond.LeaseKeeper;
import rein.respond.Stops;
import rein.sandbox.Limits;
import rein.sandbox.Peer;
import rein.sandbox.RunNetwork;
import rein.sandbox.Sandbox;
import rein.sandbox.SandboxException;
import rein.sandbox.SandboxHost;
import rein.sandbox.SandboxSpec;
import rein.server.api.RunExplained;
import rein.server.api.RunPrepared;
import rein.server.api.RunRequest;
import rein.server.http.ProblemException;
import rein.vocabulary.Agent;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.Level;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Run;
import rein.vocabulary.Snapshot;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Ticker;
import rein.vocabulary.Uuid7;

/**
 * The node: prepares runs, serves their doors, keeps their leases, and says the last word when they
 * end. What it needs of the control plane comes as {@link Ports}; in one process those are method
 * calls.
 */
public final class Node implements AutoCloseable {
    /** What the node asks of the control plane and of its own parts. */
    public record Ports(
            SandboxHost sandboxes,
            EgressDoor egress,
            Recorder recorder,
            Stops stops,
            Approvals approvals,
            LeaseKeeper leases,
            LiveRuns runs,
            Supplier<Snapshot> snapshot,
            RunRegister register,
            InstantSource clock,
            Ticker ticker,
            Uuid7 ids,
            ExposedPorts exposed,
            TrustStores trust) {}

    /** The registry's view of runs; a failure to write it never stops a run. */
    public interface RunRegister {
        void started(Run run);

        void ended(Run run, boolean stopped);
    }

    private final Ports ports;
    private final String name;
    private final Level level;
    private final Limits limits;
    private final RunFolders folders;
    private final HostGroups hosts;
    private final GitTrust gitTrust;
    private final RunStanding standing;
    private final RunSpecs specs;
    private final Drain drain = new Drain();
    private volatile Set<UUID> handedOver = Set.of();
    private final AgentState states;
    private final WorkdirChanges changes = new WorkdirChanges();

    /**
     * @param level what this machine's self-test proved
     * @param folders where each run has a folder for its last word
     */
    public Node(
            Ports ports,
            String name,
            Level level,
            Limits limits,
            RunFolders folders,
            HostGroups hosts,
            GitTrust gitTrust,
            AgentState states) {
        this.ports = ports;
        this.standing = new RunStanding(ports.stops(), ports.leases());
        this.name = name;
        this.level = level;
        this.limits = limits;
        this.folders = folders;
        this.hosts = hosts;
        this.gitTrust = gitTrust;
        this.states = states;
        this.specs = new RunSpecs(limits, states, ports.trust());
    }

    public Level level() {
        return level;
    }

    /**
     * Makes everything ready and records the start; the caller's process then becomes the run.
     *
     * @param caller the process of a caller who is not root
     */
    public RunPrepared prepare(
            RunRequest request,
            Agent agent,
            List<PolicyText> policies,
            String person,
            Optional<Peer> caller) {
        drain.enter();
        try {
            return prepared(request, agent, policies, person, caller);
        } finally {
            drain.leave();
        }
    }

    /** A run as it would begin now; nothing of it is made. */
    public Run planned(RunRequest request, Agent agent) {
        return new Run(
                ports.ids().next(),
                Optional.empty(),
                agent,
                name,
                level,
                new TreeMap<>(request.labels()),
                ports.clock().instant());
    }

    private RunPrepared prepared(
            RunRequest request,
            Agent agent,
            List<PolicyText> policies,
            String person,
            Optional<Peer> caller) {
        Level wanted = RunLevels.of(request.level());
        if (level.compareTo(wanted) < 0) {
            throw new ProblemException(
                    503,
                    "level-not-reached",
                    "This machine reaches the level "
                            + label(level)
                            + ", not "
                            + label(wanted)
                            + ", so the command was not run; `rein doctor` says what does not hold.");
        }
        Run run = planned(request, agent);
        standing.refuseIfStopped(run);
        LiveRun live = open(request, run, policies, caller);
        List<ExposedPort> exposed;
        try {
            exposed = start(live, request, person);
            admit(live);
        } catch (RuntimeException e) {
            abandon(live);
            throw e;
        }
        Path lastWord = live.lastWord();
        String firstLine =
                "rein: "
                        + label(level)
                        + (ports.sandboxes().isRoots() ? " (root)" : " (rootless)")
                        + " · policy "
                        + request.pack()
                        + " · agent "
                        + agent.name()
                        + " · stop: rein stop "
                        + run.shortId();
        return new RunPrepared(
                run.id(),
                run.shortId(),
                agent.name(),
                label(level),
                live.sandbox().plan(),
                firstLine,
                lastWord.toString(),
                exposed.stream()
                        .map(port ->
                                "exposed: 127.0.0.1:" + port.hostPort() + " → port " + port.port())
                        .toList(),
                List.of());
    }

    private static void admit(LiveRun live) {
        try {
            live.sandbox().admit();
        } catch (SandboxException e) {
            throw new ProblemException(503, "cannot-contain", ProblemException.why(e));
        }
    }

    private LiveRun open(
            RunRequest request, Run run, List<PolicyText> policies, Optional<Peer> caller) {
        Sandbox sandbox;
        try {
            SandboxSpec spec = specs.of(request, run, caller.map(Peer::uid));
            sandbox =
                    caller.isPresent()
                            ? ports.sandboxes().prepare(spec, changes.wanted(), caller.get())
                            : ports.sandboxes().prepare(spec, changes.wanted());
            changes.begin(run.id(), sandbox);
        } catch (SandboxException e) {
            boolean wrong = e.code() == SandboxException.Code.SPEC;
            throw new ProblemException(
                    wrong ? 422 : 503, "cannot-contain", ProblemException.why(e));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, "bad-run", ProblemException.why(e));
        }
        HostGroups groups =
                hosts.with(gitTrust.forges(sandbox.workdir()), request.home().telemetry());
        LiveRun live =
                new LiveRun(
                        run,
                        request.pack(),
                        policies,
                        groups,
                        ports.snapshot(),
                        () -> standing.of(run),
                        sandbox,
                        folders.of(run.id(), sandbox.callerUid()),
                        DeclaredTaints.ledger(request.taints(), ports.ticker()),
                        caller.map(Peer::pid).orElse(request.pid()),
                        request.attended(),
                        ports.approvals(),
                        ports.clock());
        ports.runs().add(live);
        return live;
    }

    /**
     * What {@link #prepare} would give a run; makes and records nothing.
     *
     * @param policies of the pack and of the request
     * @param caller the uid of a caller who is not root
     */
    public RunExplained explain(
            RunRequest request, Agent agent, List<PolicyText> policies, Optional<Integer> caller) {
        Run run = planned(request, agent);
        Path workdir = Path.of(request.workdir());
        NavigableSet<String> forges =
                AgentState.mayLook(workdir, caller) ? gitTrust.granted(workdir) : new TreeSet<>();
        SortedMap<String, Path> state =
                caller.isPresent()
                        ? AgentState.ofCaller(agent.name(), request.home())
                        : states.planned(agent.name(), request.home());
        return Explaining.of(
                request,
                run,
                policies,
                ports.sandboxes(),
                specs.of(request, run, caller, state),
                hosts.with(forges, request.home().telemetry()),
                caller);
    }

    private List<ExposedPort> start(LiveRun live, RunRequest request, String person) {
        Run run = live.run();
        long asked = ports.ticker().nanos();
        if (!ports.leases().granted(run.id(), asked, leaseLength(live))) {
            throw new ProblemException(
                    503, "too-many-runs", "This node holds as many runs as it may.");
        }
        try {
            Files.createDirectories(live.folder());
            RunNetwork network = live.sandbox().network();
            ports.egress()
                    .open(
                            live,
                            new RunListeners(network.tcp(), network.proxy(), network.dns()),
                            live.ledger());
            // INVARIANT: asked again now that every enforcement point knows the run. A stop ordered
            // before this line is seen here, a later one cuts it like any other.
            standing.refuseIfStopped(run);
            ports.recorder()
                    .append(
                            Draft.of(Kind.RUN_STARTED)
                                    .run(run)
                                    .person(person)
                                    .details(DeclaredTaints.detail(live.ledger()))
                                    .detail("pack", live.pack())
                                    .detail("uid", String.valueOf(live.sandbox().runId()))
                                    .detail("attended", String.valueOf(live.attended()))
                                    .size("cpu-milli", limits.cpuMilli())
                                    .size("memory-bytes", limits.memoryBytes())
                                    .size("processes", limits.processes())
                                    .content("command", String.join("\u001f", request.command()))
                                    .content("workdir", live.sandbox().workdir().toString())
                                    .build());
            for (Reach granted : Reach.parse(request.reach())) {
                ports.recorder().append(granted.record(run, person));
            }
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "The run's start could not be recorded, so it was not started: "
                            + ProblemException.why(e));
        } catch (IOException e) {
            throw new ProblemException(
                    503,
                    "no-folder",
                    "The run's folder could not be made: " + ProblemException.why(e));
        }
        List<ExposedPort> exposed = Exposing.open(ports, live, request, person);
        ports.register().started(run);
        awaitEnd(live);
        return exposed;
    }

    void awaitEnd(LiveRun live) {
        var _ =
                live.sandbox()
                        .ended()
                        .thenRunAsync(() -> end(live), task -> Thread.ofVirtual().start(task));
    }

    /** A run that an earlier node began, as this node holds it. */
    LiveRun live(Run run, HandedRun handed, Sandbox sandbox, RunLedger ledger) {
        LiveRun live =
                new LiveRun(
                        run,
                        handed.pack(),
                        handed.texts(),
                        new HostGroups(hosts.registries(), handed.forges(), hosts.telemetry()),
                        ports.snapshot(),
                        () -> standing.of(run),
                        sandbox,
                        folders.of(run.id(), sandbox.callerUid()),
                        ledger,
                        handed.pid(),
                        handed.attended(),
                        ports.approvals(),
                        ports.clock());
        live.goesOn(handed.findings());
        return live;
    }

    WorkdirChanges changes() {
        return changes;
    }

    void abandon(LiveRun live) {
        if (live.end(ports.clock().instant())) {
            ports.leases().ended(live.run().id());
            ports.exposed().close(live.run().id());
            ports.egress().close(live.run().id());
            changes.forget(live.run().id());
            live.sandbox().close();
            ports.runs().ended(live);
            ports.approvals().runEnded(live.run().id());
        }
    }

    /**
     * Called once, when no process of the run is left: what is left of it is removed, recorded and
     * said.
     */
    private void end(LiveRun live) {
        if (handedOver.contains(live.run().id()) || !live.end(ports.clock().instant())) {
            return;
        }
        Run run = live.run();
        boolean stopped = ports.stops().standing(run).isPresent();
        List<String> left = changes.end(live);
        Draft draft = RunEnding.draft(live, stopped, left);
        ports.exposed().close(run.id());
        ports.egress().close(run.id());
        try {
            ports.recorder().append(draft);
        } catch (RecordRefusedException e) {
            System.getLogger(Node.class.getName())
                    .log(
                            System.Logger.Level.ERROR,
                            "the end of run " + run.id() + " was not recorded",
                            e);
        }
        try {
            live.sandbox().close();
        } catch (SandboxException e) {
            // What is left of it is removed at the next start; its end must be carried out now.
            System.getLogger(Node.class.getName())
                    .log(System.Logger.Level.ERROR, "the sandbox of run " + run.id(), e);
        }
        ports.leases().ended(run.id());
        ports.runs().ended(live);
        ports.register().ended(run, stopped);
        RunEnding.say(live, stopped ? ports.stops().standing(run) : Optional.empty(), left);
        folders.over(live.folder());
        ports.stops().runEnded(run.id());
        ports.approvals().runEnded(run.id());
    }

    static Duration leaseLength(LiveRun live) {
        return live.attended() ? Lease.PERSONAL : Lease.UNATTENDED;
    }

    /**
     * Once a second: renews leases unless a stop covers the run, notices those that ran out, and
     * gives up runs that were prepared and whose process is gone.
     */
    public void tick() {
        long now = ports.ticker().nanos();
        for (UUID due : ports.leases().due()) {
            ports.runs()
                    .live(due)
                    .filter(live -> ports.stops().standing(live.run()).isEmpty())
                    .ifPresent(live -> ports.leases().renewed(due, now, leaseLength(live)));
        }
        ports.leases().tick();
        folders.sweep();
        for (LiveRun live : ports.runs().live()) {
            if (live.sandbox().entered()) {
                boolean _ = live.started();
            } else if (live.phase() == LiveRun.Phase.PREPARED
                    && ProcessHandle.of(live.pid()).filter(ProcessHandle::isAlive).isEmpty()) {
                end(live);
            }
        }
    }

    /** Thaws the runs that an ended order covered, unless another one does. */
    public void thaw(StopOrder ended, Predicate<Run> stillStopped) {
        for (LiveRun live : ports.runs().live()) {
            if (ended.scope().covers(live.run())
                    && !stillStopped.test(live.run())
                    && !handedOver.contains(live.run().id())) {
                live.sandbox().thaw();
                Notices.tell(live, "resumed");
            }
        }
    }

    /** Whether it takes new runs. */
    public Drain drain() {
        return drain;
    }

    /** At the start: nothing is left of earlier runs but of those that were handed over. */
    public void keepOnly(Set<UUID> runs) {
        folders.keepOnly(runs);
    }

    /** These runs outlive this node: it neither ends nor records them any more. */
    void handedOver(List<UUID> runs) {
        handedOver = Set.copyOf(runs);
    }

    /** Whether no stop order and no lapsed lease holds it. */
    boolean mayGoOn(Run run) {
        return standing.of(run).isEmpty();
    }

    /**
     * Ends every run but those that were handed over: a planned stop of the node is recorded run by
     * run.
     */
    @Override
    public void close() {
        for (LiveRun live : ports.runs().live()) {
            if (handedOver.contains(live.run().id())) {
                continue;
            }
            var _ = live.sandbox().kill();
            end(live);
        }
    }

    public static String label(Level level) {
        return level.name().toLowerCase(java.util.Locale.ROOT);
    }
}
