package rein.server.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import rein.server.api.DrillView;
import rein.server.drill.Drill;
import rein.server.http.Json;
import rein.server.http.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code rein drill rome --json} as a child of this node, one at a time; a virtual thread reads
 * what it prints. The drill has its own lab and its own Rein, so it touches no run of this one.
 * Safe for any thread.
 */
final class DrillRun implements AutoCloseable {
    /** A drill prints a line for each step and one for the whole. */
    private static final int LINES_MAX = 200;

    private static final int MESSAGE_CHARS_MAX = 2_000;

    /** What of our environment a drill needs; every other setting of ours is not its own. */
    private static final Set<String> KEPT =
            Set.of("REIN_CLASSPATH", "REIN_JAVA_HOME", "REIN_PROXY_FLAGS", "REIN_EXTRA_CA");

    private final InstantSource clock;
    private final Optional<String> launcher;
    private final List<String> titles = Drill.romeTitles();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<DrillView.Step> steps = new ArrayList<>();
    private Optional<Process> process = Optional.empty();
    private Optional<String> person = Optional.empty();
    private Optional<Instant> started = Optional.empty();
    private Optional<DrillView.Summary> summary = Optional.empty();
    private Optional<Integer> exitCode = Optional.empty();
    private Optional<String> message = Optional.empty();

    /**
     * @param launcher the {@code rein} script, if this server was started by it
     */
    DrillRun(InstantSource clock, Optional<String> launcher) {
        this.clock = clock;
        this.launcher = launcher;
    }

    /**
     * Starts one.
     *
     * @param ended told when it is over
     */
    void start(String by, Consumer<DrillView> ended) {
        lock.lock();
        try {
            if (process.filter(Process::isAlive).isPresent()) {
                throw new ProblemException(
                        409, "drill-runs", "A drill is running already; watch that one.");
            }
            String script =
                    launcher.orElseThrow(() ->
                            new ProblemException(
                                    503,
                                    "no-launcher",
                                    "This server was not started by the rein script, so it cannot"
                                            + " start a drill. Run: rein drill rome"));
            ProcessBuilder builder = new ProcessBuilder(script, "drill", "rome", "--json");
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("REIN_") && !KEPT.contains(name));
            Process child = builder.redirectErrorStream(true).start();
            child.getOutputStream().close();
            steps.clear();
            summary = Optional.empty();
            exitCode = Optional.empty();
            message = Optional.empty();
            person = Optional.of(by);
            started = Optional.of(clock.instant());
            process = Optional.of(child);
            Thread.ofVirtual().name("drill").start(() -> follow(child, ended));
        } catch (IOException e) {
            throw new ProblemException(
                    503, "no-drill", "The drill did not start: " + ProblemException.why(e));
        } finally {
            lock.unlock();
        }
    }

    private void follow(Process child, Consumer<DrillView> ended) {
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            int lines = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (lines++ < LINES_MAX) {
                    take(line);
                }
            }
            over(child.waitFor());
        } catch (IOException e) {
            over(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over(2);
        }
        ended.accept(view());
    }

    private void take(String line) {
        lock.lock();
        try {
            JsonNode node = Json.MAPPER.readTree(line);
            if (node.has("summary")) {
                summary =
                        Optional.of(
                                Json.MAPPER.treeToValue(
                                        node.get("summary"), DrillView.Summary.class));
            } else {
                steps.add(Json.MAPPER.treeToValue(node, DrillView.Step.class));
            }
        } catch (JacksonException e) {
            // Not JSON: the drill, or what it started, says why it cannot go on.
            String so = message.map(before -> before + "\n").orElse("") + line;
            message = Optional.of(so.substring(0, Math.min(MESSAGE_CHARS_MAX, so.length())));
        } finally {
            lock.unlock();
        }
    }

    private void over(int code) {
        lock.lock();
        try {
            exitCode = Optional.of(code);
        } finally {
            lock.unlock();
        }
    }

    DrillView view() {
        lock.lock();
        try {
            String state = process.isEmpty() ? "idle" : exitCode.isPresent() ? "ended" : "running";
            return new DrillView(state, person, started, titles, steps, summary, exitCode, message);
        } finally {
            lock.unlock();
        }
    }

    /** A drill does not outlive the node that started it. */
    @Override
    public void close() {
        lock.lock();
        try {
            process.filter(Process::isAlive)
                    .ifPresent(child -> {
                        child.descendants().forEach(ProcessHandle::destroy);
                        child.destroy();
                    });
        } finally {
            lock.unlock();
        }
    }
}
