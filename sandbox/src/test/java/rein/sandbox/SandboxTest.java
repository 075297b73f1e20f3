package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run sees, may and gets, from inside. */
class SandboxTest {
    @TempDir Path root;
    private Path workdir;
    private Contained contained;

    @BeforeEach
    void open() throws IOException {
        workdir = Files.createDirectory(root.resolve("project"));
        contained = Contained.open(root.resolve("data"));
    }

    @AfterEach
    void close() {
        // Absent when the test was skipped.
        if (contained != null) {
            contained.close();
        }
    }

    private Contained.Result sh(String script) throws IOException, InterruptedException {
        return contained.run(workdir, "sh", "-c", script);
    }

    @Test
    void theExitCodeIsTheCommands() throws Exception {
        assertThat(sh("exit 7").exit()).isEqualTo(7);
        assertThat(contained.run(workdir, "true").exit()).isZero();
        assertThat(contained.run(workdir, "no-such-program").exit()).isEqualTo(127);
        assertThat(sh("kill -9 $$").exit()).isEqualTo(128 + 9);
    }

    @Test
    void theEnvironmentIsWhatWasGivenAndNothingElse() throws Exception {
        SandboxSpec spec = contained.spec(workdir, "env");
        SandboxSpec given =
                new SandboxSpec(
                        spec.run(),
                        workdir,
                        List.of("env"),
                        new TreeMap<>(Map.of("TERM", "xterm", "EMPTY", "")),
                        spec.limits(),
                        List.of(),
                        new TreeMap<>());
        assertThat(contained.run(given).output().lines())
                .contains("TERM=xterm", "EMPTY=", "HOME=/home/agent", "USER=agent")
                .allMatch(line ->
                        line.matches("(PATH|HOME|USER|LOGNAME|SHELL|LANG|PWD|TERM|EMPTY)=.*"));
    }

    @Test
    void theRunIsItsOwnUidAndOwnsTheWorkFolder() throws Exception {
        Files.writeString(workdir.resolve("given"), "x");
        Contained.Result result = sh("id -u; id -g; stat -c %u:%g given .; touch made; pwd");
        assertThat(result.output().lines())
                .containsExactly(
                        "1000", "1000", "1000:1000", "1000:1000", workdir.toRealPath().toString());
        assertThat(Files.getAttribute(workdir.resolve("made"), "unix:uid"))
                .as("on disk it belongs to the work folder's owner")
                .isEqualTo(0);
    }

    @Test
    void aWorkFolderOfAnOrdinaryOwnerStaysThatOwners() throws Exception {
        Files.setAttribute(workdir, "unix:uid", 12345);
        Files.setAttribute(workdir, "unix:gid", 23456);
        assertThat(sh("echo hello > made && cat made").output()).isEqualTo("hello\n");
        assertThat(Files.getAttribute(workdir.resolve("made"), "unix:uid")).isEqualTo(12345);
        assertThat(Files.getAttribute(workdir.resolve("made"), "unix:gid")).isEqualTo(23456);
    }

    @Test
    void theRestOfTheHostIsAbsent() throws Exception {
        Contained.Result result =
                sh(
                        "ls -A /home /root /run /sys 2>&1; ls /; cat /etc/resolv.conf;"
                                + " ls /proc | grep -c '^[0-9]'; cat /proc/1/comm");
        assertThat(result.output())
                .contains("nameserver 198.18.0.1")
                .contains("bwrap")
                .doesNotContain(".ssh")
                .contains("/sys': No such file");
    }

    @Test
    void aLinkPutInPlaceOfGitAfterThePlanWasMadeLeadsNowhere() throws Exception {
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.createFile(outside.resolve("marker"));
        for (String replaced : List.of(".git", ".git/hooks", ".git/config")) {
            Path project = Files.createDirectory(root.resolve("replaced" + replaced.length()));
            Files.createDirectories(project.resolve(".git/hooks"));
            Files.writeString(project.resolve(".git/config"), "[core]\n");
            try (Sandbox sandbox = contained.prepare(project, "sh", "-c", "ls -R .")) {
                Path moved = project.resolve("moved");
                Files.move(project.resolve(replaced), moved);
                Files.createSymbolicLink(project.resolve(replaced), outside);
                Contained.Result result = contained.finish(contained.launch(sandbox));
                assertThat(result.exit()).isNotZero();
                assertThat(result.output()).contains("by a link").doesNotContain("marker");
            }
        }
    }

    @Test
    void filesAndFoldersThatWereGivenAreThereReadOnly() throws Exception {
        Path tool = Files.createDirectory(root.resolve("tool"));
        Files.writeString(tool.resolve("t"), "from the host\n");
        SandboxSpec spec = contained.spec(workdir, "true");
        Contained.Result result =
                contained.run(
                        new SandboxSpec(
                                spec.run(),
                                workdir,
                                List.of(
                                        "sh",
                                        "-c",
                                        "cat " + tool + "/t /etc/ca.pem; touch " + tool + "/u"),
                                new TreeMap<>(),
                                spec.limits(),
                                List.of(tool),
                                new TreeMap<>(Map.of("/etc/ca.pem", "a certificate\n"))));
        assertThat(result.output())
                .contains("from the host")
                .contains("a certificate")
                .contains("Read-only file system");
    }

    @Test
    void onlyTheWorkFolderAndTheScratchAreWritable() throws Exception {
        String script =
                "for d in / /etc /dev /run /var /home /usr /proc; do"
                        + " (echo > $d/x) 2>/dev/null && echo wrote $d; done; "
                        + "for d in /tmp /var/tmp /dev/shm $HOME .; do echo > $d/x || echo no $d; done;"
                        + " echo > /dev/null; test -c /dev/tty && echo end";
        assertThat(sh(script).output()).isEqualTo("end\n");
    }

    @Test
    void socketsAndDevicesOfTheHostAreRefused() {
        SandboxSpec spec = contained.spec(workdir, "true");
        for (String path : List.of("/run", "/dev/null", "/proc/1", "/sys")) {
            SandboxSpec asking =
                    new SandboxSpec(
                            spec.run(),
                            workdir,
                            List.of("true"),
                            new TreeMap<>(),
                            spec.limits(),
                            List.of(Path.of(path)),
                            new TreeMap<>());
            assertThatThrownBy(() -> contained.host().prepare(asking))
                    .as(path)
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining("may not be shown");
        }
        assertThat(contained.host().sandboxes()).as("nothing is left of them").isEmpty();
    }

    @Test
    void aWorkFolderOutOfBoundsIsRefusedWithASentence() {
        assertThatThrownBy(() -> contained.prepare(root, "true"))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        e -> assertThat(e.code()).isEqualTo(SandboxException.Code.SPEC))
                .hasMessageContaining("data folder");
    }

    @Test
    void aRunExistsOnce() throws Exception {
        SandboxSpec spec = contained.spec(workdir, "true");
        try (Sandbox sandbox = contained.host().prepare(spec)) {
            assertThatThrownBy(() -> contained.host().prepare(spec))
                    .hasMessageContaining("already");
            assertThat(contained.finish(contained.launch(sandbox)).exit()).isZero();
        }
    }

    @Test
    void processesAndProcessorAreLimited() throws Exception {
        SandboxSpec spec = contained.spec(workdir, "true");
        SandboxSpec tight =
                new SandboxSpec(
                        spec.run(),
                        workdir,
                        List.of(
                                "sh",
                                "-c",
                                "(for i in $(seq 200); do sleep 600 & done) 2>&1;"
                                        + " echo > refused; while :; do :; done"),
                        new TreeMap<>(),
                        new Limits(200, 128L << 20, 40, 16L << 20),
                        List.of(),
                        new TreeMap<>());
        try (Sandbox sandbox = contained.host().prepare(tight)) {
            Process process = contained.launch(sandbox);
            // Both limits, in whichever order they are met, however fast or busy the machine is.
            while (!Files.exists(workdir.resolve("refused"))
                    || sandbox.usage().throttledPeriods() == 0) {
                assertThat(process.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            assertThat(sandbox.usage().cpuMicros()).isPositive();
            var _ = sandbox.kill();
            assertThat(contained.finish(process).output()).containsIgnoringCase("fork");
        }
    }

    @Test
    void aTerminalIsInheritedAndCtrlCReachesTheCommandAlone() throws Exception {
        Path script = Path.of("/usr/bin/script");
        Assumptions.assumeTrue(Files.isExecutable(script), "missing facility: script(1)");
        String command =
                "trap 'echo interrupted; exit 7' INT; test -t 0 && echo terminal;"
                        + " echo ready > ready; while :; do sleep 0.1; done";
        try (Sandbox sandbox = contained.prepare(workdir, "sh", "-c", command)) {
            Path plan = Files.write(root.resolve("plan"), sandbox.plan().toBytes());
            // The shell around it is in the foreground group too: without a trap it may die first.
            String launcher =
                    "trap : INT; "
                            + String.join(" ", SelfTest.ownLauncher())
                            + (" " + plan + "; echo exit $?");
            Process process =
                    new ProcessBuilder(script.toString(), "-qec", launcher, "/dev/null")
                            .redirectErrorStream(true)
                            .start();
            while (!Files.exists(workdir.resolve("ready"))) {
                assertThat(process.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            process.getOutputStream().write(3);
            process.getOutputStream().flush();
            Contained.Result result = contained.finish(process);
            assertThat(result.output()).contains("terminal", "interrupted", "exit 7");
        }
    }

    @Test
    void aSignalForTheCommandReachesItThroughBubblewrap() throws Exception {
        String script = "trap 'echo asked; exit 5' TERM; echo ready; while :; do sleep 0.1; done";
        try (Sandbox sandbox = contained.prepare(workdir, "sh", "-c", script)) {
            assertThat(sandbox.signal(15)).as("not running yet").isFalse();
            Process process = contained.launch(sandbox);
            var _ = Contained.linesUntil(process, "ready");
            assertThat(process.toHandle().destroy()).as("a TERM for bubblewrap").isTrue();
            assertThat(sandbox.signal(15)).isTrue();
            Contained.Result result = contained.finish(process);
            assertThat(result.exit()).isEqualTo(5);
        }
    }

    @Test
    void noProcessListShowsTheEnvironment() throws Exception {
        SandboxSpec spec = contained.spec(workdir, "true");
        SandboxSpec given =
                new SandboxSpec(
                        spec.run(),
                        workdir,
                        List.of("sh", "-c", "echo ready; sleep 600"),
                        new TreeMap<>(Map.of("NAME", "value-in-the-environment")),
                        spec.limits(),
                        List.of(),
                        new TreeMap<>());
        try (Sandbox sandbox = contained.host().prepare(given)) {
            var _ = Contained.linesUntil(contained.launch(sandbox), "ready");
            for (long pid : sandbox.processes()) {
                assertThat(Files.readString(Path.of("/proc", "" + pid, "cmdline")))
                        .doesNotContain("value-in-the-environment");
            }
        }
    }

    @Test
    void endedCompletesWhenTheLastProcessIsGone() throws Exception {
        try (Sandbox sandbox = contained.prepare(workdir, "sh", "-c", "setsid sleep 60 & exit 3")) {
            assertThat(sandbox.ended()).isNotDone();
            Process process = contained.launch(sandbox);
            assertThat(contained.finish(process).exit()).isEqualTo(3);
            assertThat(sandbox.ended().get(10, TimeUnit.SECONDS)).isSameAs(sandbox);
            assertThat(sandbox.processes()).as("the daemon went with the command").isEmpty();
        }
    }

    @Test
    void theFirstProcessIsKnownWhileItRuns() throws Exception {
        try (Sandbox sandbox = contained.prepare(workdir, "sh", "-c", "echo ready; sleep 600")) {
            Process process = contained.launch(sandbox);
            var _ = Contained.linesUntil(process, "ready");
            assertThat(sandbox.pid()).hasValue(process.pid());
            String status = Files.readString(Path.of("/proc", "" + process.pid(), "status"));
            assertThat(status).contains("Uid:\t" + sandbox.runId()).contains("SigIgn:");
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")))
                    .as("no JVM stays")
                    .startsWith("/usr/bin/bwrap");
            assertThat(Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ")))
                    .asString(StandardCharsets.UTF_8)
                    .isEmpty();
        }
    }
}
