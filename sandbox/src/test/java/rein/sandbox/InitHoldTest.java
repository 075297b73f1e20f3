package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.Samples;

/**
 * Runs held by inits. The node of these tests is root's, which makes no difference to what is held;
 * the launchers are an ordinary user's. The scenarios have a node that is not root.
 */
class InitHoldTest {
    private static final int UID = 2001;
    private static final int END_SECONDS_MAX = 30;
    private static final String DAEMONS =
            "for i in $(seq 10); do setsid sh -c 'trap \"\" TERM HUP ALRM USR1; sleep 600 & sleep 600' & done;"
                    + " sleep 0.3; echo ready; sleep 600";

    /** Puts sockets of its own where the launcher's listeners are looked for. */
    private static final String FORGER =
            """
            use Socket; use POSIX;
            sub put { my ($type, $port, $to) = @_;
              socket(my $s, PF_INET, $type, 0) or die $!;
              bind($s, sockaddr_in($port, inet_aton('127.0.0.1'))) or die $!;
              if ($type == SOCK_STREAM) { listen($s, 5) or die $!; }
              POSIX::dup2(fileno($s), $to) or die $!; }
            put(SOCK_STREAM, $ARGV[0], 500); put(SOCK_STREAM, $ARGV[1], 501); put(SOCK_DGRAM, $ARGV[2], 502);
            $| = 1; print "forged\\n";
            """;

    @TempDir Path root;
    private final Linux linux = Linux.host();
    private final List<Process> started = new ArrayList<>();
    private final Queue<Exec> execs = new ConcurrentLinkedQueue<>();
    private Path workdir;
    private SandboxHost host;

    @BeforeEach
    void open() throws IOException {
        Contained.assumePossible();
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        workdir = Files.createDirectory(root.resolve("project"));
        Files.setAttribute(workdir, "unix:uid", UID);
        Files.setAttribute(workdir, "unix:gid", UID);
        Path data = Files.createDirectory(root.resolve("data"));
        host =
                SandboxHost.open(
                        linux, linux.bootTicker(), data, Path.of("/root"), false, execs::add);
        Process probe = as(List.of("unshare", "--user", "--map-current-user", "true"));
        assertThat(ends(probe)).isTrue();
        Assumptions.assumeTrue(
                probe.exitValue() == 0, "missing facility: user namespaces for ordinary users");
    }

    @AfterEach
    void close() {
        // Absent when the test was skipped.
        if (host != null) {
            host.close();
        }
        started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
        started.forEach(Process::destroyForcibly);
    }

    private Process as(List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("setpriv", "--reuid", "" + UID));
        words.addAll(List.of("--regid", "" + UID, "--clear-groups", "--"));
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.directory(Path.of("/").toFile()).start();
        started.add(process);
        return process;
    }

    private static boolean ends(Process process) {
        try {
            return process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Process launcher() throws IOException {
        List<String> launcher = new ArrayList<>(SelfTest.ownLauncher());
        launcher.add(Launch.OWN_NETWORK);
        return as(UserEntrance.command(launcher));
    }

    private SandboxSpec spec(String script) {
        return new SandboxSpec(
                Samples.run("tester", started.size()),
                workdir,
                List.of("sh", "-c", "exec 2>/dev/null; " + script),
                new TreeMap<>(),
                new Limits(2000, 1L << 30, 64, 64L << 20),
                List.of(),
                new TreeMap<>());
    }

    private Sandbox started(Process process, String script) throws IOException {
        Peer peer = UserEntrance.launcher(linux, linux.bootTicker(), process);
        Sandbox sandbox = host.prepare(spec(script), peer);
        sandbox.admit();
        try (var in = process.getOutputStream()) {
            in.write(sandbox.plan().toBytes());
        }
        return sandbox;
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = linux.bootTicker().nanos() + END_SECONDS_MAX * 1_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(linux.bootTicker().nanos()).as(what).isLessThan(deadline);
            linux.poll(new int[0], new short[0], 10);
        }
    }

    @Test
    void itStopsGoesOnAndDiesAsOne() throws Exception {
        Process process = launcher();
        try (Sandbox sandbox = started(process, DAEMONS)) {
            assertThat(Contained.linesUntil(process, "ready")).isEmpty();
            await("it has entered", sandbox::entered);
            Sandbox.Stopped frozen = sandbox.freeze();
            assertThat(frozen.count()).isGreaterThan(20);
            assertThat(frozen.left()).isZero();
            sandbox.thaw();
            List<Long> processes = sandbox.processes();
            assertThat(sandbox.kill().left()).isZero();
            assertThat(processes)
                    .allMatch(
                            pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
            assertThat(ends(process)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 9);
            assertThat(sandbox.ended().get(END_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(sandbox);
        }
    }

    @Test
    void everyStartIsSeenWithItsArgumentsAndLimitsHold() throws Exception {
        Process process = launcher();
        try (Sandbox sandbox =
                started(
                        process,
                        "for i in 1 2 3; do /bin/true number-$i; done;"
                                // A shell that cannot fork ends; the one around it does not.
                                + " (for i in $(seq 200); do sleep 600 & done);"
                                + " echo > refused; exec sleep 600")) {
            await("no more is started", () -> Files.exists(workdir.resolve("refused")));
            await("what was started is seen", () -> sleeping() >= 30);
            var _ = sandbox.kill();
            assertThat(ends(process)).isTrue();
            assertThat(sandbox.refused()).isEmpty();
            await("it is over", () -> sandbox.ended().isDone());
            List<List<String>> seen = execs.stream().flatMap(exec -> exec.argv().stream()).toList();
            for (int i = 1; i <= 3; i++) {
                assertThat(seen).contains(List.of("/bin/true", "number-" + i));
            }
            assertThat(execs.stream().filter(Exec::ours).map(Exec::file))
                    .containsExactly("/usr/bin/bwrap", "/usr/bin/env");
            assertThat(sleeping()).isLessThanOrEqualTo(64);
        }
    }

    private long sleeping() {
        return execs.stream().filter(exec -> exec.file().endsWith("/sleep")).count();
    }

    @Test
    void whenTheNodeDiesTheWatcherKills() throws Exception {
        InitWatcher watcher = InitWatcher.start(linux.architecture());
        Process process = as(UserEntrance.command(List.of("sleep", "600")));
        Peer sleeping = UserEntrance.launcher(linux, linux.bootTicker(), process);
        long init = ProcessHandle.of(sleeping.pid()).orElseThrow().parent().orElseThrow().pid();
        assertThat(watcher.add(init)).isTrue();
        watcher.abandon();
        assertThat(ends(process)).isTrue();
        assertThat(ProcessHandle.of(sleeping.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void aWatcherThatIsKilledIsReplaced() throws Exception {
        long first = host.watcherPid();
        assertThat(ProcessHandle.of(first).orElseThrow().destroyForcibly()).isTrue();
        await("there is another", () -> host.watcherPid() != first);
    }

    @Test
    void theNextStartKillsWhatNobodyDid() throws Exception {
        Process process = launcher();
        Path data = root.resolve("data");
        try (Sandbox sandbox = started(process, "echo ready; sleep 600")) {
            assertThat(Contained.linesUntil(process, "ready")).isEmpty();
            assertThat(data.resolve("inits")).isNotEmptyFile();
            try (SandboxHost next =
                    SandboxHost.open(
                            linux, linux.bootTicker(), data, Path.of("/root"), false, _ -> {})) {
                assertThat(ends(process)).isTrue();
                assertThat(next.sandboxes()).isEmpty();
            }
            assertThat(sandbox.processes()).isEmpty();
        }
    }

    @Test
    void socketsThatAreNotTheRunsAreNotServed() throws Exception {
        // In the host's network, at ports of the host's.
        Process hosts =
                as(
                        List.of(
                                "perl",
                                "-e",
                                FORGER
                                        + "exec 'unshare', '--user', '--map-current-user', '--net',"
                                        + " '--pid', '--fork', 'sh', '-c', 'echo up; sleep 600 & wait'",
                                "0",
                                "0",
                                "0"));
        // In its own network, at other ports.
        Process ports =
                as(
                        UserEntrance.command(
                                List.of(
                                        "sh",
                                        "-c",
                                        "ip link set lo up && exec perl -e \"$0\" 4000 4001 4002",
                                        FORGER + "sleep 600;")));
        for (Process process : List.of(hosts, ports)) {
            assertThat(process.inputReader().readLine()).isEqualTo("forged");
            Peer peer = UserEntrance.launcher(linux, linux.bootTicker(), process);
            assertThatThrownBy(() -> host.prepare(spec("true"), peer))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("cannot be used");
        }
    }
}
