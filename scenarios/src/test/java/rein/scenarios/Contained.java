package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import rein.server.api.RunView;

/** A run in the background: {@code rein run --agent AGENT … -- bash -c SCRIPT}. */
final class Contained implements AutoCloseable {
    private static final long END_SECONDS_MAX = 30;

    private final Running node;
    private final String agent;
    private final Process process;
    private final Path out;
    private final Path err;

    private Contained(Running node, String agent, Process process, Path out, Path err) {
        this.node = node;
        this.agent = agent;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Returns when the script has printed its first line. */
    static Contained start(Running node, String agent, List<String> options, String script) {
        List<String> arguments = new ArrayList<>(List.of("run", "--agent", agent));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "bash", "-c", script));
        try {
            Path out = Files.createTempFile(node.folder(), agent, ".out");
            Path err = Files.createTempFile(node.folder(), agent, ".err");
            Process process =
                    Binary.rein(node.environment(), arguments)
                            .directory(node.work().toFile())
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            Contained run = new Contained(node, agent, process, out, err);
            Await.until(
                    "the run of " + agent + " says something",
                    () -> {
                        assertThat(process.isAlive() || Files.size(out) > 0)
                                .as("%s", run.err())
                                .isTrue();
                        return run.out().contains("\n");
                    });
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RunView view() {
        Optional<RunView> view = node.newest(agent);
        assertThat(view).as("a run of " + agent).isPresent();
        return view.orElseThrow();
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the launcher's end and returns its exit code. */
    int ended() {
        try {
            assertThat(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS))
                    .as("the run of %s ends: %s", agent, err())
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
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
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
