package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.gateway.egress.EgressDoor;
import rein.gateway.egress.Parts;
import rein.gateway.egress.Resolution;
import rein.gateway.ingress.ExposedPorts;
import rein.policy.CedarDecisionPoint;
import rein.respond.ApprovalPorts;
import rein.respond.Approvals;
import rein.respond.LateRecords;
import rein.respond.LeaseKeeper;
import rein.respond.ReceiptFolder;
import rein.respond.ReceiptSigner;
import rein.respond.StopJournal;
import rein.respond.Stops;
import rein.sandbox.Limits;
import rein.sandbox.Linux;
import rein.sandbox.SandboxHost;
import rein.server.api.HomeRequest;
import rein.server.api.RunPrepared;
import rein.server.api.RunRequest;
import rein.server.http.ProblemException;
import rein.testkit.MemoryRecorder;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Cut;
import rein.vocabulary.Kind;
import rein.vocabulary.Level;
import rein.vocabulary.Receipt;
import rein.vocabulary.Recorder;
import rein.vocabulary.Run;
import rein.vocabulary.Snapshot;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Ticker;
import rein.vocabulary.Uuid7;

/**
 * A stop that is ordered while a run is being prepared: at whichever step, the run is either not
 * started or cut. The steps are told by what the node asks of its surroundings there.
 */
final class StartAndStopTest {
    private static void nothing() {}

    /** Registers nobody; remembers who was said to have started. */
    private static final class Register implements Node.RunRegister {
        private final List<Run> started = new ArrayList<>();

        @Override
        public void started(Run run) {
            started.add(run);
        }

        @Override
        public void ended(Run run, boolean stopped) {
            // Not looked at.
        }
    }

    @TempDir Path root;
    private final SimulatedTime time = new SimulatedTime();
    private final MemoryRecorder records = new MemoryRecorder(time, 1);
    private final AtomicReference<Runnable> atTheClock =
            new AtomicReference<>(StartAndStopTest::nothing);
    private final AtomicReference<Runnable> atTheTicker =
            new AtomicReference<>(StartAndStopTest::nothing);
    private final AtomicReference<Runnable> atTheRecord =
            new AtomicReference<>(StartAndStopTest::nothing);
    private final LiveRuns runs = new LiveRuns();
    private final Register register = new Register();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Optional<Fixture> fixture = Optional.empty();

    private record Fixture(Node node, Stops stops, SandboxHost sandboxes) {}

    @BeforeEach
    void open() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")), "missing facility: the user root");
        for (String tool : List.of("/usr/bin/bwrap", "/usr/bin/setpriv", "/usr/sbin/nft")) {
            assumeTrue(Files.isExecutable(Path.of(tool)), "missing facility: " + tool);
        }
        Linux linux = Linux.host();
        Ticker real = linux.bootTicker();
        Uuid7 ids = new Uuid7(InstantSource.system(), new SplittableRandom(7));
        Files.createDirectory(root.resolve("work"));
        SandboxHost sandboxes =
                own(SandboxHost.open(linux, real, root.resolve("data"), Path.of("/root"), _ -> {}));
        Recorder recorder =
                draft -> {
                    if (draft.kind() == Kind.RUN_STARTED) {
                        atTheRecord.getAndSet(StartAndStopTest::nothing).run();
                    }
                    return records.append(draft);
                };
        CedarDecisionPoint decisions = new CedarDecisionPoint();
        EgressDoor egress =
                own(
                        new EgressDoor(
                                new Parts(
                                        decisions::decide,
                                        _ -> new Resolution(List.of(), Resolution.Source.DNS),
                                        records,
                                        _ -> {
                                            throw new IOException("nothing connects here");
                                        },
                                        Set::of,
                                        _ -> false,
                                        real)));
        Stops stops =
                new Stops(
                        new Stops.Ports(
                                own(StopJournal.open(root.resolve("stops.journal"))),
                                records,
                                new LateRecords(records),
                                new ReceiptSigner(
                                        KeyPairGenerator.getInstance("Ed25519")
                                                .generateKeyPair()
                                                .getPrivate(),
                                        "key-1"),
                                new ReceiptFolder(root.resolve("receipts")),
                                runs::run,
                                (_, _) -> {}),
                        0,
                        ids,
                        InstantSource.system(),
                        real);
        stops.register("egress-door", egress);
        stops.register("sandbox", sandboxes);
        Ticker told =
                () -> {
                    atTheTicker.getAndSet(StartAndStopTest::nothing).run();
                    return real.nanos();
                };
        InstantSource clock =
                () -> {
                    atTheClock.getAndSet(StartAndStopTest::nothing).run();
                    return Instant.EPOCH;
                };
        Approvals approvals =
                new Approvals(
                        new ApprovalPorts(
                                records,
                                new LateRecords(records),
                                runs::run,
                                id -> runs.live(id).isPresent(),
                                (name, denial, terms, reason) -> {
                                    throw new IllegalStateException("nothing is granted here");
                                },
                                runs::granted,
                                egress::recheck),
                        ids,
                        InstantSource.system(),
                        real);
        Node node =
                new Node(
                        new Node.Ports(
                                sandboxes,
                                egress,
                                recorder,
                                stops,
                                approvals,
                                new LeaseKeeper(real, Runnable::run, new RunLeases(runs, stops)),
                                runs,
                                () -> new Snapshot(Samples.TENANT, 1, 0, List.of(), List.of()),
                                register,
                                clock,
                                told,
                                ids,
                                own(new ExposedPorts(records, real)),
                                TrustStores.none()),
                        "node-1",
                        Level.CONTAINED,
                        Limits.DEFAULT,
                        new RunFolders(
                                Files.createDirectory(root.resolve("runs")),
                                Optional.empty(),
                                real),
                        new HostGroups(new TreeSet<>(), new TreeSet<>(), new TreeSet<>()),
                        new GitTrust(Files.createDirectory(root.resolve("untrusted-git"))),
                        new AgentState(Files.createDirectory(root.resolve("agents"))));
        fixture = Optional.of(new Fixture(node, stops, sandboxes));
    }

    private <T extends AutoCloseable> T own(T resource) {
        opened.add(resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        fixture.ifPresent(it -> it.node().close());
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private Fixture it() {
        return fixture.orElseThrow();
    }

    private RunPrepared prepare() {
        RunRequest request =
                new RunRequest(
                        Optional.of("racer"),
                        "alice",
                        Optional.empty(),
                        "coding",
                        root.resolve("work").toString(),
                        List.of(),
                        Map.of(),
                        "contained",
                        List.of("true"),
                        Map.of(),
                        ProcessHandle.current().pid(),
                        false,
                        HomeRequest.NONE,
                        List.of(),
                        List.of(),
                        List.of());
        return it().node()
                .prepare(request, Samples.agent("racer"), List.of(), "alice", Optional.empty());
    }

    private Receipt stop() {
        return it().stops()
                .issue(
                        new StopOrder.Scope.Fleet(),
                        StopOrder.Mode.SUSPEND,
                        "now",
                        "alice",
                        Optional.empty());
    }

    private void isRefusedAndLeavesNothing() {
        assertThatThrownBy(this::prepare)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> {
                            assertThat(problem.problem().status()).isEqualTo(403);
                            assertThat(problem.problem().detail()).contains("rein resume");
                        });
        assertThat(runs.live()).isEmpty();
        assertThat(it().sandboxes().sandboxes()).isEmpty();
        assertThat(register.started).isEmpty();
        assertThat(records.entries())
                .extracting(entry -> entry.draft().kind())
                .doesNotContain(Kind.RUN_STARTED);
    }

    @Test
    void withoutAStopItIsPrepared() {
        assertThat(prepare().agent()).isEqualTo("racer");
        assertThat(runs.live()).hasSize(1);
        assertThat(register.started).hasSize(1);
    }

    @Test
    void orderedBeforeAnythingIsMadeItIsRefused() {
        atTheClock.set(this::stop);
        isRefusedAndLeavesNothing();
    }

    @Test
    void orderedWhenTheSandboxIsMadeItIsRefused() {
        atTheTicker.set(this::stop);
        isRefusedAndLeavesNothing();
    }

    /** Too late to be refused, so the enforcement points know the run, and cut it. */
    @Test
    void orderedWhileTheStartIsRecordedItIsCut() {
        AtomicReference<Optional<Receipt>> receipt = new AtomicReference<>(Optional.empty());
        atTheRecord.set(() -> receipt.set(Optional.of(stop())));
        RunPrepared prepared = prepare();
        assertThat(receipt.get()).isPresent();
        assertThat(receipt.get().orElseThrow().confirmed().values())
                .as("each enforcement point cut the run that was just being started")
                .allSatisfy(cuts -> assertThat(cuts).extracting(Cut::run).contains(prepared.run()));
        assertThat(runs.live(prepared.run()).orElseThrow().standing())
                .hasValueSatisfying(decision -> assertThat(decision.allowed()).isFalse());
    }
}
