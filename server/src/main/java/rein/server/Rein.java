package rein.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.audit.ContentStore;
import rein.audit.Durability;
import rein.audit.RealFiles;
import rein.detect.Detectors;
import rein.detect.RunDetection;
import rein.gateway.egress.EgressDoor;
import rein.gateway.egress.HostAddresses;
import rein.gateway.egress.HostResolver;
import rein.gateway.egress.Parts;
import rein.identity.IdentityException;
import rein.identity.Installation;
import rein.identity.InstallationFile;
import rein.identity.IssuedToken;
import rein.identity.JdbcTokenStore;
import rein.identity.Tokens;
import rein.policy.CedarDecisionPoint;
import rein.policy.Packs;
import rein.registry.DataFolder;
import rein.registry.Database;
import rein.registry.DatabaseAddress;
import rein.registry.EmbeddedPostgres;
import rein.registry.Registry;
import rein.registry.RegistryException;
import rein.registry.Runs;
import rein.respond.Incidents;
import rein.respond.LateRecords;
import rein.respond.LeaseActs;
import rein.respond.LeaseKeeper;
import rein.respond.ReceiptFolder;
import rein.respond.ReceiptSigner;
import rein.respond.Responder;
import rein.respond.StopException;
import rein.respond.StopJournal;
import rein.respond.Stops;
import rein.sandbox.Limits;
import rein.sandbox.OriginalDestination;
import rein.sandbox.SandboxException;
import rein.sandbox.SandboxHost;
import rein.sandbox.SelfTestReport;
import rein.server.api.RecordRoutes;
import rein.server.command.Version;
import rein.server.http.Api;
import rein.server.http.HttpDoor;
import rein.server.http.IdempotentAnswers;
import rein.server.http.ProblemException;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;
import rein.vocabulary.Tenant;
import rein.vocabulary.Uuid7;

/**
 * Control plane and node in one process, wired by hand: {@link #build} is the table of contents.
 * What is opened is closed in the opposite order, also when a start fails half-way.
 */
public final class Rein implements AutoCloseable {
    private static final long TICK_MILLIS = 1_000;
    private static final long TOKEN_REFRESH_SECONDS = 30;

    private final Configuration configuration;
    private final World world;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<String> words = new ArrayList<>();

    private Rein(Configuration configuration, World world) {
        this.configuration = configuration;
        this.world = world;
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
        try {
            rein.build(terminal);
            return rein;
        } catch (RegistryException
                | IdentityException
                | AuditException
                | StopException
                | RecordRefusedException
                | SandboxException
                | IOException e) {
            rein.close();
            throw new ConfigurationException(ProblemException.why(e));
        } catch (RuntimeException e) {
            rein.close();
            throw e;
        }
    }

    /** What the terminal shows once it is ready. */
    public List<String> firstWords() {
        return List.copyOf(words);
    }

    private <T extends AutoCloseable> T own(T part) {
        open.push(part);
        return part;
    }

    private void build(boolean terminal)
            throws RegistryException,
                    IdentityException,
                    AuditException,
                    StopException,
                    RecordRefusedException,
                    IOException {
        // The data folder, and who this installation is.
        DataFolder folder = own(DataFolder.open(configuration.dataFolder()));
        Path keys = folder.folder("keys");
        Path sockets = folder.folder("run");
        Installation installation =
                InstallationFile.openOrCreate(
                        folder.path(),
                        configuration.trustDomain().map(Tenant::new),
                        hostName(),
                        world.clock(),
                        world.random());
        Tenant tenant = installation.tenant();
        Uuid7 ids = new Uuid7(world.clock(), new SplittableRandom(world.random().nextLong()));

        // State: PostgreSQL, the registry, tokens.
        Database database =
                own(
                        Database.open(
                                databaseAddress(folder),
                                List.of(Database.REGISTRY_MIGRATIONS, JdbcTokenStore.MIGRATIONS)));
        Registry registry =
                Registry.open(
                        tenant,
                        database.dataSource(),
                        world.clock(),
                        world.ticker(),
                        world.random());
        registry.blueprints().ensureDefaults(Packs.names());
        registry.runs().endLost(installation.node(), world.clock().instant());
        Tokens tokens =
                Tokens.open(
                        new JdbcTokenStore(tenant, database.dataSource()),
                        world.clock(),
                        world.random());

        // Audit: content apart, one log for each writer.
        ContentStore content =
                own(
                        ContentStore.open(
                                folder.folder("content"),
                                contentKey(),
                                folder.path(),
                                new RealFiles(),
                                world.random()));
        AuditLog controlLog = own(log(folder, keys, tenant, "control", content));
        AuditLog nodeLog = own(log(folder, keys, tenant, installation.node(), content));
        introduce(controlLog, nodeLog);

        // Respond: stop orders stand before anything can run.
        LiveRuns runs = new LiveRuns();
        SigningKey signing = SigningKey.at(keys.resolve("control-plane"), world.random());
        StopJournal journal = own(StopJournal.open(folder.path().resolve("stops.journal")));
        LateRecords late = new LateRecords(controlLog);
        NodeHandle nodeHandle = new NodeHandle();
        Stops stops =
                new Stops(
                        new Stops.Ports(
                                journal,
                                controlLog,
                                late,
                                new ReceiptSigner(signing.secret(), signing.id()),
                                new ReceiptFolder(folder.folder("receipts")),
                                runs::run,
                                (ended, still) -> nodeHandle.node().thaw(ended, still)),
                        0,
                        ids,
                        world.clock(),
                        world.ticker());
        Incidents incidents = new Incidents(ids, world.clock());

        // Policy: one signed, numbered snapshot.
        SnapshotStore snapshots =
                new SnapshotStore(
                        folder.path().resolve("snapshot"),
                        tenant,
                        signing::sign,
                        signing.open(),
                        stops::inForce);
        Optional<Long> changed = snapshots.put(Packs.all());
        if (changed.isPresent()) {
            controlLog.append(
                    Draft.of(Kind.POLICY_CHANGED)
                            .person("rein:start")
                            .detail("snapshot", String.valueOf(changed.get()))
                            .build());
        }
        CedarDecisionPoint decisions = new CedarDecisionPoint();

        // The node: sandboxes, exec observation, the egress door, detection.
        ExecRecords execs = own(new ExecRecords(nodeLog, runs::run));
        SandboxHost sandboxes =
                own(
                        SandboxHost.open(
                                world.linux(),
                                world.ticker(),
                                folder.path(),
                                Path.of(System.getProperty("user.home")),
                                execs::offer));
        HttpDoor http = new HttpDoor(exchange -> nodeHandle.api().answer(exchange));
        HostAddresses own = new HostAddresses(world.ticker());
        OriginalDestination original = new OriginalDestination(world.linux());
        EgressDoor egress =
                own(
                        new EgressDoor(
                                new Parts(
                                        decisions::decide,
                                        own(new HostResolver()),
                                        nodeLog,
                                        accepted ->
                                                original.of(accepted)
                                                        .orElseThrow(() ->
                                                                new IOException("not redirected")),
                                        own,
                                        address -> isOurs(address, own.get(), http.port()),
                                        world.ticker())));
        stops.register("egress-door", egress);
        stops.register("sandbox", sandboxes);
        SelfTestReport report =
                new Doctor(sandboxes, world).selfTest(tenant, installation.node(), ids);
        LeaseKeeper leases =
                new LeaseKeeper(
                        world.ticker(),
                        task -> Thread.ofVirtual().start(task),
                        leaseActs(runs, stops));
        Node node =
                new Node(
                        new Node.Ports(
                                sandboxes,
                                egress,
                                nodeLog,
                                stops,
                                leases,
                                runs,
                                snapshots::current,
                                register(registry),
                                world,
                                ids),
                        installation.node(),
                        report.level(),
                        limits(),
                        folder.folder("runs"),
                        hostGroups());
        RunDetection detection =
                new RunDetection(Detectors.all(Set.of(configuration.managementPort())));
        LateRecords nodeLate = new LateRecords(nodeLog);
        Responder responder = new Responder(nodeLate, incidents, stops, world.ticker());
        // The control plane's log too: a resume that is recorded there lets the same finding
        // suspend again.
        own(new Watching(controlLog, detection, responder, runs));
        own(new Watching(nodeLog, detection, responder, runs));

        // The management API: one table, decided by the same engine.
        Api api =
                new Api(
                        new Callers(tokens),
                        new AdminGate(decisions, snapshots),
                        new IdempotentAnswers());
        new StopRoutes(stops, runs).addTo(api);
        new RunRoutes(node, runs, stops, registry, controlLog).addTo(api);
        new AgentRoutes(registry, runs, controlLog).addTo(api);
        new TokenRoutes(tokens, registry, controlLog).addTo(api);
        new RecordRoutes(
                        List.of(
                                new RecordRoutes.Log(controlLog, controlLog.reader()),
                                new RecordRoutes.Log(nodeLog, nodeLog.reader())))
                .addTo(api);
        new StateRoutes(
                        new StateRoutes.Sources(
                                tenant,
                                installation.node(),
                                configuration,
                                registry,
                                incidents,
                                runs,
                                List.of(controlLog, nodeLog),
                                report,
                                sandboxes,
                                content))
                .addTo(api);
        nodeHandle.set(node, api);

        nodeLog.append(
                Draft.of(Kind.NODE_STARTED)
                        .detail("version", Version.text())
                        .detail("level", Node.label(report.level()))
                        .detail("pid", String.valueOf(ProcessHandle.current().pid()))
                        .build());
        nodeLog.append(selfTested(report));
        tickers(node, stops, List.of(late, nodeLate), tokens);
        own(() -> recordEnd(nodeLog));
        own(node);
        listen(http, sockets);
        words.addAll(readyWords(http, report, folder, tokens, terminal));
    }

    /** The API is served only after the node exists; until then there is nothing to answer with. */
    private static final class NodeHandle {
        private volatile Optional<Node> node = Optional.empty();
        private volatile Optional<Api> api = Optional.empty();

        void set(Node theNode, Api theApi) {
            node = Optional.of(theNode);
            api = Optional.of(theApi);
        }

        Node node() {
            return node.orElseThrow();
        }

        Api api() {
            return api.orElseThrow();
        }
    }

    private DatabaseAddress databaseAddress(DataFolder folder)
            throws RegistryException, IOException {
        if (configuration.databaseUrl().isEmpty()) {
            words.add("Database: embedded PostgreSQL, for trial and for one machine.");
            return own(EmbeddedPostgres.start(folder, world.random())).address();
        }
        String url = configuration.databaseUrl().get();
        String password =
                configuration.databasePasswordFile().isPresent()
                        ? Files.readString(configuration.databasePasswordFile().get()).strip()
                        : "";
        try {
            return DatabaseAddress.external(url, configuration.databaseUser(), password);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("database-url: " + ProblemException.why(e));
        }
    }

    private AuditLog log(
            DataFolder folder, Path keys, Tenant tenant, String name, ContentStore content)
            throws AuditException, IOException, RegistryException {
        Path logs = folder.folder("logs");
        UUID boot =
                UUID.fromString(
                        Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        Durability durability =
                configuration.durability().equals("power-loss")
                        ? Durability.POWER_LOSS
                        : Durability.PROCESS_CRASH;
        return AuditLog.open(
                new AuditLog.Settings(
                        logs.resolve(name),
                        keys.resolve(name + ".log-key"),
                        tenant,
                        name,
                        boot,
                        durability,
                        AuditLog.RESERVE_BYTES),
                new RealFiles(),
                Optional.of(content),
                world.clock(),
                world.ticker(),
                world.random());
    }

    /** The control plane's log names every other log and its key, once. */
    private static void introduce(AuditLog controlLog, AuditLog log)
            throws AuditException, RecordRefusedException {
        String key = log.key().verifierKey();
        boolean known =
                !controlLog
                        .reader()
                        .newestFirst(
                                Long.MAX_VALUE,
                                1,
                                record ->
                                        record.kind().equals(Kind.LOG_INTRODUCED.label())
                                                && key.equals(
                                                        record.texts("detail").get("verifier-key")))
                        .records()
                        .isEmpty();
        if (!known) {
            controlLog.append(
                    Draft.of(Kind.LOG_INTRODUCED)
                            .detail("origin", log.origin())
                            .detail("verifier-key", key)
                            .build());
        }
    }

    private Path contentKey() throws IOException {
        Path file = configuration.contentKeyFile();
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return file;
    }

    private Limits limits() {
        return new Limits(
                configuration.runCpuPercent() * 10,
                configuration.runMemoryBytes(),
                configuration.runProcessesMax(),
                Limits.DEFAULT.scratchBytes());
    }

    private static HostGroups hostGroups() {
        PackageRegistries registries =
                new PackageRegistries(
                        Path.of(System.getProperty("user.home")),
                        name -> Optional.ofNullable(System.getenv(name)));
        return new HostGroups(registries.hosts(), new TreeSet<>(), HostGroups.knownTelemetry());
    }

    private static boolean isOurs(InetSocketAddress address, Set<InetAddress> own, int port) {
        return address.getPort() == port
                && (address.getAddress().isLoopbackAddress() || own.contains(address.getAddress()));
    }

    private LeaseActs leaseActs(LiveRuns runs, Stops stops) {
        return new LeaseActs() {
            @Override
            public void lapsed(UUID run) {
                runs.live(run).ifPresent(live -> live.sandbox().freeze());
            }

            @Override
            public void restored(UUID run) {
                runs.live(run)
                        .filter(live -> stops.standing(live.run()).isEmpty())
                        .ifPresent(live -> live.sandbox().thaw());
            }

            @Override
            public void expired(UUID run) {
                runs.live(run).ifPresent(live -> live.sandbox().kill());
            }
        };
    }

    private Node.RunRegister register(Registry registry) {
        return new Node.RunRegister() {
            @Override
            public void started(Run run) {
                try {
                    registry.runs().started(run);
                } catch (RegistryException e) {
                    late(e, run);
                }
            }

            @Override
            public void ended(Run run, boolean stopped) {
                try {
                    boolean _ =
                            registry.runs()
                                    .ended(
                                            run.id(),
                                            new Runs.End(
                                                    world.clock().instant(),
                                                    stopped ? Runs.How.STOPPED : Runs.How.EXITED,
                                                    java.util.OptionalInt.empty()));
                } catch (RegistryException e) {
                    late(e, run);
                }
            }

            // The log has it; the registry is told again when the node starts next.
            private void late(RegistryException e, Run run) {
                System.getLogger(Rein.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "run " + run.id() + ": " + ProblemException.why(e));
            }
        };
    }

    private void tickers(Node node, Stops stops, List<LateRecords> late, Tokens tokens) {
        ScheduledExecutorService ticking =
                Executors.newScheduledThreadPool(
                        1, Thread.ofPlatform().daemon().name("tick").factory());
        own(ticking::shutdownNow);
        var _ =
                ticking.scheduleWithFixedDelay(
                        guarded("tick", node::tick),
                        TICK_MILLIS,
                        TICK_MILLIS,
                        TimeUnit.MILLISECONDS);
        var _ =
                ticking.scheduleWithFixedDelay(
                        guarded(
                                "late records",
                                () -> {
                                    stops.flushLate();
                                    late.forEach(LateRecords::flush);
                                }),
                        TICK_MILLIS,
                        TICK_MILLIS,
                        TimeUnit.MILLISECONDS);
        var _ =
                ticking.scheduleWithFixedDelay(
                        guarded("tokens", tokens::refresh),
                        TOKEN_REFRESH_SECONDS,
                        TOKEN_REFRESH_SECONDS,
                        TimeUnit.SECONDS);
    }

    /** Work that is repeated. */
    @FunctionalInterface
    private interface Repeated {
        void run() throws Exception;
    }

    private static Runnable guarded(String what, Repeated work) {
        return () -> {
            try {
                work.run();
            } catch (Exception e) {
                // It is tried again at the next tick; one failure must not end the ticking.
                System.getLogger(Rein.class.getName())
                        .log(System.Logger.Level.WARNING, what + ": " + ProblemException.why(e));
            }
        };
    }

    private void listen(HttpDoor http, Path sockets) throws IOException {
        Path socket = sockets.resolve("rein.sock");
        Files.deleteIfExists(socket);
        http.tcp(configuration.managementAddress(), configuration.managementPort());
        http.unix(socket);
        http.start();
        own(http);
    }

    private List<String> readyWords(
            HttpDoor http,
            SelfTestReport report,
            DataFolder folder,
            Tokens tokens,
            boolean terminal)
            throws IdentityException {
        List<String> ready = new ArrayList<>();
        ready.add(
                "Rein "
                        + Version.text()
                        + " is up: http://"
                        + configuration.managementAddress()
                        + ":"
                        + http.port()
                        + " · level "
                        + Node.label(report.level())
                        + " · data "
                        + folder.path());
        report.failed()
                .forEach(attempt ->
                        ready.add("Does not hold: " + attempt.name() + ": " + attempt.happened()));
        if (terminal) {
            Optional<IssuedToken> bootstrap = tokens.bootstrap();
            bootstrap.ifPresent(token -> {
                ready.add("Bootstrap token, shown once: " + token.text());
                ready.add("Exchange it: rein token create --person NAME --bootstrap TOKEN");
            });
        }
        ready.add("Stop with Ctrl-C. Run an agent: rein run -- COMMAND");
        return ready;
    }

    /** What was tried and whether it held, in one record. */
    private static Draft selfTested(SelfTestReport report) {
        Draft.Builder draft =
                Draft.of(Kind.SELF_TEST)
                        .detail("level", Node.label(report.level()))
                        .size("elapsed-micros", report.elapsedMicros());
        for (SelfTestReport.Attempt attempt : report.attempts()) {
            draft.detail(attempt.name(), attempt.held() ? "held" : "not-held");
            draft.content(attempt.name(), attempt.happened());
        }
        return draft.build();
    }

    private static void recordEnd(AuditLog log) {
        try {
            log.append(Draft.of(Kind.NODE_STOPPED).build());
        } catch (RecordRefusedException e) {
            System.getLogger(Rein.class.getName())
                    .log(System.Logger.Level.WARNING, "the end was not recorded", e);
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "node";
        }
    }

    /** Ends runs first, then the doors, then what they wrote to. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                System.getLogger(Rein.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "closing " + part.getClass().getSimpleName(),
                                e);
            }
        }
    }
}
