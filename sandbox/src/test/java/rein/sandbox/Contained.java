package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import rein.testkit.Samples;

/** A node with sandboxes for tests: real namespaces, real groups, started by the real launcher. */
final class Contained implements AutoCloseable {
    private static final int END_SECONDS_MAX = 30;

    /** Of all nodes: a watcher that still keeps a run of one must not know it again in the next. */
    private static final AtomicLong RUNS = new AtomicLong();

    private final Linux linux = Linux.host();
    private final SandboxHost host;

    record Result(int exit, String output) {}

    private Contained(Path data, Consumer<Exec> execs, Set<UUID> kept) {
        host = SandboxHost.open(linux, linux.bootTicker(), data, Path.of("/root"), execs, kept);
    }

    static Contained open(Path data) {
        return open(data, exec -> {});
    }

    static Contained open(Path data, Consumer<Exec> execs) {
        return open(data, execs, Set.of());
    }

    /** The next node with the same data folder, to which these runs were left. */
    static Contained open(Path data, Consumer<Exec> execs, Set<UUID> kept) {
        assumePossible();
        return new Contained(data, execs, kept);
    }

    static void assumePossible() {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "missing facility: root");
        for (String tool : List.of("bwrap", "setpriv")) {
            Assumptions.assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", tool)), "missing facility: " + tool);
        }
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/nft")), "missing facility: nft");
        Assumptions.assumeTrue(
                Files.isWritable(CgroupMounts.ofHost().unified()),
                "missing facility: writable cgroup v2");
    }

    SandboxHost host() {
        return host;
    }

    Linux linux() {
        return linux;
    }

    SandboxSpec spec(Path workdir, String... command) {
        return new SandboxSpec(
                Samples.run("tester", RUNS.incrementAndGet()),
                workdir,
                List.of(command),
                new TreeMap<>(),
                new Limits(2000, 1L << 30, 2048, 64L << 20),
                List.of(),
                new TreeMap<>());
    }

    Sandbox prepare(Path workdir, String... command) {
        return host.prepare(spec(workdir, command));
    }

    /** Starts the launcher; its process becomes the run. */
    Process launch(Sandbox sandbox) throws IOException {
        Process process =
                new ProcessBuilder(SelfTest.ownLauncher()).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(sandbox.plan().toBytes());
        }
        return process;
    }

    Result finish(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    Result run(SandboxSpec spec) throws IOException, InterruptedException {
        try (Sandbox sandbox = host.prepare(spec)) {
            return finish(launch(sandbox));
        }
    }

    Result run(Path workdir, String... command) throws IOException, InterruptedException {
        return run(spec(workdir, command));
    }

    /** Reads lines until one that equals the given word. */
    static List<String> linesUntil(Process process, String word) throws IOException {
        List<String> lines = new ArrayList<>();
        var reader = process.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.equals(word)) {
                return lines;
            }
            lines.add(line);
        }
        throw new AssertionError(
                "ended ("
                        + process.onExit().join().exitValue()
                        + ") before '"
                        + word
                        + "': "
                        + lines);
    }

    @Override
    public void close() {
        host.close();
    }
}
