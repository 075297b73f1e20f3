package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import rein.server.api.RecordView;
import rein.server.api.RunView;
import rein.server.api.Status;
import rein.server.command.ControlPlaneClient;

/**
 * A node in a folder of its own: {@code data}, {@code work} for runs, {@code content.key}. Closing
 * it stops it by SIGTERM and removes the folder.
 */
final class Running implements AutoCloseable {
    private static final long STOP_SECONDS_MAX = 30;

    /** A second on a free machine; its database is made anew, which a busy disk and CPU prolong. */
    private static final Duration UP_MAX = Duration.ofMinutes(3);

    private final Path folder;
    private final Path data;
    private final int port;
    private Optional<Process> process = Optional.empty();

    private Running(Path folder, Path data) {
        this.folder = folder;
        this.data = data;
        this.port = freePort();
    }

    /** A node that is up. */
    static Running start() {
        Running node = prepare();
        try {
            node.up();
            return node;
        } catch (AssertionError e) {
            node.close();
            throw e;
        }
    }

    /** A folder for a node that is not up yet. */
    static Running prepare() {
        try {
            Path folder = Files.createTempDirectory("rein-scenario-");
            Files.createDirectory(folder.resolve("work"));
            return new Running(folder, folder.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    Path data() {
        return data;
    }

    Path work() {
        return folder.resolve("work");
    }

    int port() {
        return port;
    }

    /** What a command needs to find this node and no other. */
    Map<String, String> environment() {
        return new TreeMap<>(
                Map.of(
                        "REIN_HOME",
                        data.toString(),
                        "REIN_CONTENT_KEY_FILE",
                        folder.resolve("content.key").toString()));
    }

    List<String> upCommand() {
        return List.of("up", "--port", String.valueOf(port));
    }

    /** Starts it and returns when it is ready. */
    void up() {
        up(Binary.rein(environment(), upCommand()));
    }

    /** As {@link #up()}, where the command becomes the node: its process id is the node's. */
    void up(ProcessBuilder command) {
        Path out = folder.resolve("up.out");
        Path err = folder.resolve("up.err");
        try {
            Files.deleteIfExists(out);
            Process started =
                    command.redirectOutput(out.toFile())
                            .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
                            .start();
            process = Optional.of(started);
            Await.until(
                    "the node is up",
                    UP_MAX,
                    () -> {
                        assertThat(started.isAlive())
                                .as("%s%s", Files.readString(out), Files.readString(err))
                                .isTrue();
                        return Files.readString(out).contains(" is up: ");
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it said on standard output. */
    String said() {
        return read(folder.resolve("up.out"));
    }

    /** What it logged on standard error. */
    String logged() {
        return read(folder.resolve("up.err"));
    }

    /** The process of the control plane and node. */
    long pid() {
        return process.orElseThrow().pid();
    }

    /** SIGTERM, and its end awaited. */
    void down() {
        Process running = process.orElseThrow();
        running.destroy();
        end(running);
        assertThat(running.isAlive()).as("the node stops on SIGTERM").isFalse();
        process = Optional.empty();
    }

    /** SIGKILL. */
    void crash() {
        Process running = process.orElseThrow();
        running.destroyForcibly();
        end(running);
        process = Optional.empty();
    }

    /** Ends it by SIGTERM or, if that does not help, by SIGKILL; for the end of a test. */
    void stopIfUp() {
        process.ifPresent(running -> {
            running.destroy();
            end(running);
            running.destroyForcibly();
        });
        process = Optional.empty();
    }

    private static void end(Process running) {
        try {
            boolean _ = running.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code rein} with this node's environment, in the work folder, to its end. */
    Binary.Done rein(String... arguments) {
        return Binary.run(
                Binary.rein(environment(), List.of(arguments)).directory(work().toFile()));
    }

    /** {@code rein run OPTIONS -- bash -c SCRIPT} to its end. */
    Binary.Done run(List<String> options, String script) {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "bash", "-c", script));
        return rein(arguments.toArray(String[]::new));
    }

    /** Where this node can be called by others than root. */
    Path machineSocket() {
        return rein.server.MachineSocket.of(data);
    }

    ControlPlaneClient api() {
        return new ControlPlaneClient(
                new ControlPlaneClient.Where.Local(data.resolve("run").resolve("rein.sock")));
    }

    Status status() {
        return api().get("/v1/status", Status.class);
    }

    /** The newest run of an agent. */
    Optional<RunView> newest(String agent) {
        return Stream.of(api().get("/v1/runs", RunView[].class))
                .filter(run -> run.agent().equals(agent))
                .max(Comparator.comparing(RunView::started));
    }

    /** Newest first. */
    List<RecordView> records(String query) {
        return api().page("/v1/records?limit=1000&" + query, RecordView.class).items();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stopIfUp();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
