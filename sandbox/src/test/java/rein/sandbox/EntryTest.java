package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.Samples;

/** An ordinary caller's process enters a node of root's: the honest one, and those that cheat. */
class EntryTest {
    private static final int UID = 2001;
    private static final int OTHER_UID = 2002;
    private static final int END_SECONDS_MAX = 30;

    /** So that the node waits a second of ours for what never comes. */
    private static final int MUCH_FASTER = 15;

    @TempDir Path root;
    private final Linux linux = Linux.host();
    private final List<Process> started = new ArrayList<>();
    private Path workdir;
    private SandboxHost host;

    /** The node's time against ours. */
    private volatile int faster = 1;

    @BeforeEach
    void open() throws IOException {
        Contained.assumePossible();
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        workdir = Files.createDirectory(root.resolve("project"));
        Files.setAttribute(workdir, "unix:uid", UID);
        Files.setAttribute(workdir, "unix:gid", UID);
        host =
                SandboxHost.open(
                        linux,
                        () -> linux.bootTicker().nanos() * faster,
                        root.resolve("data"),
                        Path.of("/root"),
                        _ -> {});
        Process probe = as(UID, "unshare", "--user", "--map-current-user", "true");
        Assumptions.assumeTrue(
                exit(probe) == 0, "missing facility: user namespaces for ordinary users");
    }

    @AfterEach
    void close() {
        started.forEach(Process::destroyForcibly);
        // Absent when the test was skipped.
        if (host != null) {
            host.close();
        }
    }

    private Process as(int uid, String... command) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("setpriv", "--reuid", "" + uid, "--regid", "" + uid));
        words.addAll(List.of("--clear-groups", "--"));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.directory(Path.of("/").toFile()).start();
        started.add(process);
        return process;
    }

    private static int exit(Process process) {
        try {
            assertThat(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A shell with namespaces of its own, as the launcher script makes them. */
    private Process shell(String script) throws IOException {
        return as(
                UID,
                "unshare",
                "--user",
                "--map-current-user",
                "--keep-caps",
                "--net",
                "--",
                "sh",
                "-c",
                script);
    }

    private Peer peer(Process process) {
        return new Peer(process.pid(), UID, UID);
    }

    private SandboxSpec spec(long run, String script) {
        return new SandboxSpec(
                Samples.run("tester", run),
                workdir,
                List.of("sh", "-c", script),
                new TreeMap<>(),
                new Limits(2000, 1L << 30, 512, 64L << 20),
                List.of(),
                new TreeMap<>());
    }

    private static String line(Process process) throws IOException {
        return String.valueOf(process.inputReader().readLine());
    }

    private static void send(Process process, byte[] bytes) throws IOException {
        process.getOutputStream().write(bytes);
        process.getOutputStream().close();
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        long deadline = linux.bootTicker().nanos() + END_SECONDS_MAX * 1_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(linux.bootTicker().nanos()).as(what).isLessThan(deadline);
            linux.poll(new int[0], new short[0], 10);
        }
    }

    private String launcher() {
        return "exec " + String.join(" ", SelfTest.ownLauncher());
    }

    @Test
    void theLauncherBecomesTheRunWithItsCallersUidAndNoRights() throws Exception {
        Process process = shell("echo up; " + launcher());
        assertThat(line(process)).isEqualTo("up");
        String script =
                "id -u; grep CapBnd /proc/self/status; echo mine > made; setsid sleep 600 & "
                        + "echo ready; sleep 600";
        try (Sandbox sandbox = host.prepare(spec(1, script), peer(process))) {
            assertThat(sandbox.runId()).isEqualTo(UID);
            assertThat(sandbox.entered()).isFalse();
            sandbox.admit();
            send(process, sandbox.plan().toBytes());
            assertThat(line(process)).isEqualTo("1000");
            assertThat(line(process)).endsWith("\t0000000000000000");
            assertThat(line(process)).isEqualTo("ready");
            await("it has entered", sandbox::entered);
            assertThat(sandbox.refused()).isEmpty();
            assertThat(Files.getAttribute(workdir.resolve("made"), "unix:uid")).isEqualTo(UID);
            assertThat(sandbox.kill().left()).isZero();
            assertThat(exit(process)).isEqualTo(128 + 9);
        }
    }

    @Test
    void aProcessThatBecomesNothingIsKilled() throws Exception {
        faster = MUCH_FASTER;
        Process process = shell("echo up; setsid sleep 600 & sleep 600");
        assertThat(line(process)).isEqualTo("up");
        try (Sandbox sandbox = host.prepare(spec(1, "true"), peer(process))) {
            sandbox.admit();
            await("it is refused", () -> sandbox.refused().isPresent());
            assertThat(sandbox.refused().orElseThrow()).contains("has not become");
            assertThat(sandbox.entered()).isFalse();
            assertThat(exit(process)).isEqualTo(128 + 9);
        }
    }

    @Test
    void aSandboxOfItsOwnMakingIsKilled() throws Exception {
        faster = MUCH_FASTER;
        // bubblewrap, but with the host's files and no filter.
        Process process =
                shell(
                        "echo up; read -r go; exec setpriv --inh-caps=-all --ambient-caps=-all bwrap --dev-bind / / --unshare-user sleep 600");
        assertThat(line(process)).isEqualTo("up");
        try (Sandbox sandbox = host.prepare(spec(1, "true"), peer(process))) {
            sandbox.admit();
            send(process, "go\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            await("it is refused", () -> sandbox.refused().isPresent());
            assertThat(sandbox.entered()).isFalse();
            assertThat(exit(process)).isEqualTo(128 + 9);
        }
    }

    @Test
    void anotherInterfaceIsNotLetIn() throws Exception {
        Process process =
                shell("ip link add name out0 type veth peer name in0 && echo up; sleep 600");
        assertThat(line(process)).isEqualTo("up");
        assertThatThrownBy(() -> host.prepare(spec(1, "true"), peer(process)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("interfaces");
    }

    @Test
    void rulesOfItsOwnAreReplacedAndChangesNoticed() throws Exception {
        String rule = "nft add table ip mine";
        Process process = shell(rule + "; echo up; read -r go; " + rule + "; " + launcher());
        assertThat(line(process)).isEqualTo("up");
        try (Sandbox sandbox = host.prepare(spec(1, "sleep 600"), peer(process))) {
            assertThat(NetworkCheck.listing(sandbox.network().namespace())).doesNotContain("mine");
            sandbox.admit();
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            send(process, sandbox.plan().toBytes());
            await("it is refused", () -> sandbox.refused().isPresent());
            assertThat(sandbox.refused().orElseThrow()).contains("rules");
        }
    }

    @Test
    void namespacesThatAreNotItsOwnAreNotTaken() throws Exception {
        Process none = as(UID, "sh", "-c", "echo up; sleep 600");
        Process onlyUser = as(UID, "unshare", "-U", "sh", "-c", "echo up; sleep 600");
        Process shared = shell("echo up; sleep 600");
        for (Process process : List.of(none, onlyUser, shared)) {
            assertThat(line(process)).isEqualTo("up");
        }
        assertThatThrownBy(() -> host.prepare(spec(1, "true"), peer(none)))
                .hasMessageContaining("made no user and network namespace");
        assertThatThrownBy(() -> host.prepare(spec(2, "true"), peer(onlyUser)))
                .hasMessageContaining("made no user and network namespace");
        // Root's namespace, entered by a process that took on the caller's uid afterwards.
        try (NetworkNamespace roots = NetworkNamespace.create(linux)) {
            List<String> inside =
                    roots.command(
                            List.of(
                                    "setpriv",
                                    "--reuid",
                                    "" + UID,
                                    "--regid",
                                    "" + UID,
                                    "--clear-groups",
                                    "unshare",
                                    "-U",
                                    "sh",
                                    "-c",
                                    "echo up; sleep 600"));
            Process foreign = new ProcessBuilder(inside).start();
            started.add(foreign);
            assertThat(line(foreign)).isEqualTo("up");
            assertThatThrownBy(() -> host.prepare(spec(3, "true"), peer(foreign)))
                    .hasMessageContaining("belongs to somebody else");
        }
        try (Sandbox first = host.prepare(spec(4, "true"), peer(shared))) {
            // The network of a run that is there already.
            assertThatThrownBy(() -> host.prepare(spec(5, "true"), peer(shared)))
                    .isInstanceOf(SandboxException.class);
            assertThat(first.network().tcp().isOpen()).isTrue();
        }
    }

    @Test
    void somebodyElsesProcessIsNotTaken() throws Exception {
        Process process = shell("echo up; sleep 600");
        assertThat(line(process)).isEqualTo("up");
        for (Peer peer :
                List.of(
                        new Peer(process.pid(), OTHER_UID, OTHER_UID),
                        new Peer(1, UID, UID),
                        new Peer(0, UID, UID))) {
            assertThatThrownBy(() -> host.prepare(spec(1, "true"), peer))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("cannot become a run");
        }
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void aProcessThatEndedIsNotLetIn() throws Exception {
        Process process = shell("echo up; read -r go");
        assertThat(line(process)).isEqualTo("up");
        try (Sandbox sandbox = host.prepare(spec(1, "true"), peer(process))) {
            process.destroyForcibly();
            assertThat(exit(process)).isEqualTo(128 + 9);
            assertThatThrownBy(sandbox::admit).hasMessageContaining("it has ended");
        }
    }

    @Test
    void whatIsSaidGoesThroughTheCallersOwnDescriptor() throws Exception {
        Path secret = Files.writeString(root.resolve("secret"), "root's\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        Process process =
                shell("echo up; read -r go; exec 2<" + secret + "; echo ready; sleep 600");
        assertThat(line(process)).isEqualTo("up");
        try (Sandbox sandbox = host.prepare(spec(1, "true"), peer(process))) {
            assertThat(sandbox.say("hello\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(line(process)).isEqualTo("hello");
            send(process, new byte[] {'\n'});
            assertThat(line(process)).isEqualTo("ready");
            assertThatThrownBy(() -> sandbox.say(new byte[] {'x'}))
                    .isInstanceOf(SandboxException.class);
            assertThat(secret).hasContent("root's");
        }
    }
}
