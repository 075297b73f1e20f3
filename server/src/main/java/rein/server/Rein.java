package rein.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.detect.Detectors;
import rein.detect.RunDetection;
import rein.gateway.egress.EgressDoor;
import rein.gateway.egress.HostAddresses;
import rein.gateway.egress.HostResolver;
import rein.gateway.egress.Parts;
import rein.gateway.ingress.ExposedPorts;
import rein.identity.IdentityException;
import rein.identity.IssuedToken;
import rein.policy.CedarDecisionPoint;
import rein.registry.RegistryException;
import rein.respond.ApprovalPorts;
import rein.respond.Approvals;
import rein.respond.Incidents;
import rein.respond.LateRecords;
import rein.respond.LeaseKeeper;
import rein.respond.ReceiptFolder;
import rein.respond.ReceiptSigner;
import rein.respond.Responder;
import rein.respond.StopException;
import rein.respond.StopJournal;
import rein.respond.Stops;
import rein.sandbox.HangUp;
import rein.sandbox.Limits;
import rein.sandbox.OriginalDestination;
import rein.sandbox.SandboxException;
import rein.sandbox.SandboxHost;
import rein.sandbox.SelfTestReport;
import rein.server.api.RecordRoutes;
import rein.server.command.Version;
import rein.server.console.ConsoleDoor;
import rein.server.console.ConsoleFiles;
import rein.server.content.ContentLook;
import rein.server.http.Api;
import rein.server.http.HttpDoor;
import rein.server.http.IdempotentAnswers;
import rein.server.http.ProblemException;
import rein.server.node.AgentState;
import rein.server.node.ExecRecords;
import rein.server.node.ExtraCa;
import rein.server.node.GitTrust;
import rein.server.node.HostGroups;
import rein.server.node.LiveRuns;
import rein.server.node.Node;
import rein.server.node.RegistryRuns;
import rein.server.node.RunFolders;
import rein.server.node.RunLeases;
import rein.server.node.TrustStores;
import rein.server.policy.AskedText;
import rein.vocabulary.Action;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Uuid7;

/**
 * Control plane and node in one process, wired by hand: {@link #build} is the table of contents.
 */
public final class Rein implements AutoCloseable {
    private static final long TICK_SECONDS = 1;
    private static final long TOKEN_REFRESH_SECONDS = 30;

    /** So that whoever asked for the end still gets the answer. */
    private static final long ANSWER_NANOS = 250_000_000;

    private final Configuration configuration;
    private final World world;
    private final Resources resources = new Resources();
    private final List<String> words = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<Node> node = Optional.empty();

    /** The port really bound, once it is; the configured one may be 0. */
    private volatile int managementPort;

    private Rein(Configuration configuration, World world) {
        this.configuration = configuration;
        this.world = world;
        this.managementPort = configuration.managementPort();
    }

    /**
     * Starts everything.
     *
     * @param terminal whether a person sees the first words: only then is a bootstrap token made
     *     and shown
     * @throws ConfigurationException in one sentence that says what to do
     */
    public static Rein start(Configuration configuration, World world, boolean terminal) {
        Rein rein = new Rein(configuration, world);
        boolean started = false;
        try {
            rein.build(terminal);
            started = true;
            return rein;
        } catch (RegistryException
                | IdentityException
                | AuditException
                | StopException
                | RecordRefusedException
                | SandboxException
                | IOException e) {
            throw new ConfigurationException(ProblemException.why(e));
        } finally {
            if (!started) {
                rein.close();
            }
        }
    }

    /** Returns when its runs were handed over and the process is to end; otherwise never. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
        LockSupport.parkNanos(ANSWER_NANOS);
    }

    /** What the terminal shows once it is ready. */
    public List<String> firstWords() {
        return List.copyOf(words);
    }

    private void build(boolean terminal)
            throws RegistryException,
                    IdentityException,
                    AuditException,
                    StopException,
                    RecordRefusedException,
                    IOException {
        Optional<ExtraCa> extraCa = extraCa();

        // Asking this machine's package managers takes a second; it goes on beside the rest.
        FutureTask<HostGroups> hostGroups = new FutureTask<>(() -> HostGroups.ofHost(home()));
        Thread.ofPlatform().daemon().name("host-groups").start(hostGroups);

        // Who this installation is, and what lies in PostgreSQL.
        State state = State.open(configuration, world, resources);
        Path keys = state.folder().folder("keys");
        Path sockets = state.folder().folder("run");
        Uuid7 ids = new Uuid7(world.clock(), new SplittableRandom(world.random().nextLong()));

        // Audit: one log for each writer, content apart.
        Logs logs = Logs.open(configuration, world, state, keys, resources);

        // Respond: stop orders stand before anything can run.
        LiveRuns runs = new LiveRuns();
        SigningKey signing = SigningKey.at(keys.resolve("control-plane"), world.random());
        LateRecords late = new LateRecords(logs.control());
        Stops stops = stops(state, signing, late, logs, runs, ids);
        Inheritance inherited = Inheritance.take(state, signing, world);
        LostStops.reinstate(stops, logs.control(), inherited.runs());
        Incidents incidents = new Incidents(ids, world.clock());

        // Policy: one signed, numbered snapshot.
        PolicyStage policy = PolicyStage.open(state, world, logs, signing, stops);
        SnapshotStore snapshots = policy.snapshots();
        CedarDecisionPoint decisions = new CedarDecisionPoint();

        // The node: sandboxes, program starts, the egress door; both enforce stops.
        ExecRecords execs = resources.own(new ExecRecords(logs.node(), runs::run, runs::executed));
        SandboxHost sandboxes =
                resources.own(
                        SandboxHost.open(
                                world.linux(),
                                world.ticker(),
                                state.folder().path(),
                                home(),
                                execs::offer,
                                inherited.runs()));
        EgressDoor egress = egress(decisions, logs.node());
        ConsoleRoutes console = ConsoleRoutes.of(world, state.tokens());
        stops.register("egress-door", console.stopFeed().heard("egress-door", egress));
        stops.register("sandbox", console.stopFeed().heard("sandbox", sandboxes));
        ExposedPorts exposed = resources.own(new ExposedPorts(logs.node(), world.ticker()));
        stops.register("exposed-ports", console.stopFeed().heard("exposed-ports", exposed));

        // Grants: kept in the log, in force before anything can run.
        Approvals approvals =
                new Approvals(
                        new ApprovalPorts(
                                logs.control(),
                                late,
                                runs::run,
                                id -> runs.live(id).isPresent(),
                                KeptGrants::permit,
                                runs::granted,
                                egress::recheck),
                        ids,
                        world.clock(),
                        world.ticker());
        KeptGrants.restore(approvals, logs.control().reader(), inherited.runs());
        ApprovalPeople people =
                new ApprovalPeople(configuration.approvalPeople(), state.registry().persons());
        SelfTestReport report =
                new Doctor(sandboxes, world).selfTest(state.tenant(), state.node(), ids);
        LeaseKeeper leases =
                new LeaseKeeper(
                        world.ticker(), Thread::startVirtualThread, new RunLeases(runs, stops));
        Node.Ports ports =
                new Node.Ports(
                        sandboxes,
                        egress,
                        logs.node(),
                        stops,
                        approvals,
                        leases,
                        runs,
                        snapshots::current,
                        new RegistryRuns(state.registry(), world.clock()),
                        world.clock(),
                        world.ticker(),
                        ids,
                        exposed,
                        trust(extraCa, state));
        HostGroups groups = finished(hostGroups);
        Node theNode =
                new Node(
                        ports,
                        state.node(),
                        report.level(),
                        limits(),
                        runFolders(state),
                        groups,
                        new GitTrust(state.folder().folder("untrusted-git")),
                        new AgentState(state.folder().folder("agents")));
        node = Optional.of(theNode);

        // Detection follows the logs; the control plane's too, since a resume lets a finding
        // suspend again.
        LateRecords nodeLate = new LateRecords(logs.node());
        RunDetection detection =
                new RunDetection(Detectors.all(Set.of(configuration.managementPort())));
        Responder responder = new Responder(nodeLate, incidents, stops, world.ticker());
        for (AuditLog log : logs.all()) {
            resources.own(new Watching(log, detection, responder, runs));
        }

        // The management API: one table, decided by the same engine.
        Peers peers = new Peers(sandboxes::isOfRun);
        AdminGate gate = new AdminGate(decisions, snapshots);
        Api api =
                new Api(
                        new Callers(state.tokens(), console.sessions(), peers),
                        gate,
                        new IdempotentAnswers());
        new StopRoutes(stops, runs).addTo(api);
        Ceiling ceiling = new Ceiling(decisions, snapshots);
        ReachCeiling reach = new ReachCeiling(ceiling, people::needed, people::warning, groups::of);
        new RunRoutes(gate, theNode, runs, stops, state.registry(), logs.control(), reach)
                .addTo(api);
        new DrainRoutes(
                        theNode.drain(),
                        runs,
                        inherited.handingOver(theNode, ports, ended::countDown),
                        logs.control())
                .addTo(api);
        new AgentRoutes(gate, state.registry(), runs, logs.control()).addTo(api);
        new TokenRoutes(state.tokens(), state.registry(), logs.control()).addTo(api);
        RecordRoutes records =
                new RecordRoutes(
                        logs.all().stream()
                                .map(log -> new RecordRoutes.Log(log, log.reader()))
                                .toList(),
                        caller -> gate.restricted(caller, Action.AUDIT_READ));
        records.addTo(api);
        new ApprovalRoutes(
                        new ApprovalRoutes.Sources(
                                approvals,
                                new KnownDenials(runs, logs.node().reader(), world.clock()),
                                ceiling,
                                people,
                                peers,
                                gate,
                                records))
                .addTo(api);
        policy.addTo(api, gate, people, peers, groups, egress::recheck);
        new StateRoutes(
                        new StateRoutes.Sources(
                                state,
                                configuration,
                                incidents,
                                runs,
                                logs,
                                report,
                                sandboxes,
                                theNode.drain()))
                .addTo(api);

        ConsoleFiles files = console.addTo(api, logs, runs, stops, gate, resources);

        // It begins: recorded, then repeated work, then listening.
        logs.node().append(StartRecords.started(report));
        logs.node().append(StartRecords.selfTested(report));
        inherited.adopt(theNode, ports, state, world);
        Ticking ticking = resources.own(new Ticking());
        ticking.every(TICK_SECONDS, "leases", theNode::tick);
        ticking.every(TICK_SECONDS, "grants", approvals::tick);
        ticking.every(TICK_SECONDS, "late stops", stops::flushLate);
        ticking.every(TICK_SECONDS, "late findings", nodeLate::flush);
        ticking.every(TOKEN_REFRESH_SECONDS, "tokens", state.tokens()::refresh);
        resources.own(() -> logs.node().append(Draft.of(Kind.NODE_STOPPED).build()));
        resources.own(theNode);
        managementPort = listen(new ConsoleDoor(api, files), sockets);
        inherited.goOn();
        words.addAll(inherited.words());
        words.addAll(policy.words());
        sayReady(report, state, terminal, people, files);
    }

    private Stops stops(
            State state, SigningKey signing, LateRecords late, Logs logs, LiveRuns runs, Uuid7 ids)
            throws StopException, RegistryException {
        StopJournal journal =
                resources.own(StopJournal.open(state.folder().path().resolve("stops.journal")));
        return new Stops(
                new Stops.Ports(
                        journal,
                        logs.control(),
                        late,
                        new ReceiptSigner(signing.secret(), signing.id()),
                        new ReceiptFolder(state.folder().folder("receipts")),
                        runs::run,
                        (ended, stillStopped) ->
                                node.ifPresent(known -> known.thaw(ended, stillStopped))),
                0,
                ids,
                world.clock(),
                world.ticker());
    }

    private EgressDoor egress(CedarDecisionPoint decisions, AuditLog log) {
        HostAddresses own = new HostAddresses(world.ticker());
        OriginalDestination original = new OriginalDestination(world.linux());
        return resources.own(
                new EgressDoor(
                        new Parts(
                                decisions::decide,
                                resources.own(new HostResolver()),
                                log,
                                accepted ->
                                        original.of(accepted)
                                                .orElseThrow(
                                                        () -> new IOException("not redirected")),
                                new HangUp(world.linux())::of,
                                own,
                                address -> isOurs(address, own.get()),
                                world.ticker(),
                                configuration.proxies(),
                                new AskedText(),
                                new ContentLook(
                                        configuration.inspectSecrets(),
                                        configuration.inspectPersonal()))));
    }

    /** The management port on any address of this machine. */
    private boolean isOurs(InetSocketAddress address, Set<java.net.InetAddress> own) {
        return address.getPort() == managementPort
                && (address.getAddress().isLoopbackAddress() || own.contains(address.getAddress()));
    }

    /** Read before anything runs: a file that cannot be used starts nothing. */
    private Optional<ExtraCa> extraCa() {
        try {
            return configuration.extraCa().map(file -> ExtraCa.read(file, world.clock().instant()));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(ProblemException.why(e));
        }
    }

    /** Where ordinary callers start runs too, their launchers must be able to open the files. */
    private TrustStores trust(Optional<ExtraCa> extra, State state)
            throws IOException, RegistryException {
        if (extra.isEmpty()) {
            return TrustStores.none();
        }
        Path data = configuration.dataFolder();
        return TrustStores.write(
                extra.get(),
                LocalUser.isRoot() ? MachineSocket.trust(data) : state.folder().folder("trust"));
    }

    /** Where a node of root's leaves them for others, and its socket for others, is made here. */
    private RunFolders runFolders(State state) throws RegistryException, IOException {
        Path own = state.folder().folder("runs");
        Path data = configuration.dataFolder();
        if (!LocalUser.isRoot()) {
            return new RunFolders(own, Optional.empty(), world.ticker());
        }
        MachineSocket.prepare(data);
        resources.own(() -> MachineSocket.remove(data));
        return new RunFolders(own, Optional.of(MachineSocket.words(data)), world.ticker());
    }

    private Limits limits() {
        return new Limits(
                configuration.runCpuPercent() * 10,
                configuration.runMemoryBytes(),
                configuration.runProcessesMax(),
                Limits.DEFAULT.scratchBytes());
    }

    private static <T> T finished(FutureTask<T> task) throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IOException("the package managers could not be asked: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home"));
    }

    private int listen(ConsoleDoor door, Path sockets) throws IOException {
        Path socket = sockets.resolve("rein.sock");
        Files.deleteIfExists(socket);
        HttpDoor http = new HttpDoor(door);
        http.tcp(configuration.managementAddress(), configuration.managementPort());
        http.unix(socket);
        Path machine = MachineSocket.of(configuration.dataFolder());
        if (LocalUser.isRoot()) {
            http.unix(machine);
        }
        http.start();
        if (LocalUser.isRoot()) {
            MachineSocket.open(machine);
        }
        resources.own(http);
        return http.port();
    }

    private void sayReady(
            SelfTestReport report,
            State state,
            boolean terminal,
            ApprovalPeople people,
            ConsoleFiles files)
            throws IdentityException, RegistryException {
        words.add(
                "Rein "
                        + Version.text()
                        + " is up: http://"
                        + configuration.managementAddress()
                        + ":"
                        + managementPort
                        + " · level "
                        + Node.label(report.level())
                        + " · data "
                        + state.folder().path());
        files.absence().ifPresent(words::add);
        if (configuration.databaseUrl().isEmpty()) {
            words.add("Database: embedded PostgreSQL, for trial and for one machine.");
        }
        if (!people.warning().isEmpty()) {
            words.add(people.warning());
        }
        for (SelfTestReport.Attempt attempt : report.failed()) {
            words.add("Does not hold: " + attempt.name() + ": " + attempt.happened());
        }
        Optional<IssuedToken> bootstrap = terminal ? state.tokens().bootstrap() : Optional.empty();
        if (bootstrap.isPresent()) {
            words.add("Bootstrap token, shown once: " + bootstrap.get().text());
            words.add("Exchange it: rein token create --person NAME --bootstrap TOKEN");
        }
        words.add("Run an agent: rein run -- COMMAND. Stop with Ctrl-C.");
    }

    /** Requests end first, then runs, then doors, then what they wrote to. */
    @Override
    public void close() {
        resources.close();
    }
}
