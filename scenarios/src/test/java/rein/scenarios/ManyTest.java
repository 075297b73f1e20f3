package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import rein.server.api.DrainView;
import rein.server.api.ReceiptView;
import rein.server.api.RunView;
import rein.server.http.Json;

/** Fifty runs at once on one node: drained, then ended by one stop with one receipt. */
final class ManyTest {
    private static final int RUNS = 50;

    /** Each leaves a daemon behind that no hang-up and no polite signal ends. */
    private static final String DAEMON =
            "setsid bash -c 'trap : TERM HUP; echo > daemon-'$1'; while :; do sleep 600; done' &"
                    + " echo > run-$1; wait; while :; do sleep 600; done";

    @Test
    void fiftyRunsAreDrainedAndEndedAtOnce() throws IOException {
        Facilities.forRuns();
        try (Running node = Running.start()) {
            String tables = Traces.tables();
            List<Process> launchers = new ArrayList<>();
            try {
                for (int i = 0; i < RUNS; i++) {
                    launchers.add(launched(node, i));
                }
                Await.until(
                        "every run and its daemon run",
                        Await.LONG.multipliedBy(4),
                        () -> {
                            assertThat(launchers).as("%s", said(node)).allMatch(Process::isAlive);
                            return files(node, "run-") == RUNS && files(node, "daemon-") == RUNS;
                        });
                assertThat(node.status().runs()).isEqualTo(RUNS);

                // Draining: nothing new, what is there goes on, and the command says so in time.
                Binary.Done drained = node.rein("drain", "--timeout", "1").exits(1);
                assertThat(drained.err()).contains(RUNS + " runs are left");
                assertThat(drained.out()).contains("rein drain --undo").hasLineCount(1);
                assertThat(node.rein("run", "--", "true").refused()).contains("draining");
                assertThat(node.status().problems()).anyMatch(line -> line.contains("draining"));
                assertThat(node.rein("drain", "--undo").ok().out()).contains("takes new runs");
                node.run(List.of("--agent", "many"), "true").ok();
                assertThat(launchers).allMatch(Process::isAlive);

                ReceiptView receipt =
                        Json.MAPPER.readValue(
                                node.rein(
                                                "stop",
                                                "--blueprint",
                                                "coding",
                                                "--kill",
                                                "--reason",
                                                "all of them",
                                                "--json")
                                        .ok()
                                        .out(),
                                ReceiptView.class);
                assertThat(receipt.complete()).isTrue();
                assertThat(receipt.left()).isZero();
                assertThat(receipt.points()).hasSize(3).allMatch(ReceiptView.Point::confirmed);
                assertThat(receipt.points())
                        .anyMatch(point -> point.answer().contains("in " + RUNS + " runs"));
                Await.until("all are reaped", () -> Traces.ofRuns(node.data()).isEmpty());
                Await.until(
                        "every launcher has ended",
                        () -> launchers.stream().noneMatch(Process::isAlive));
                assertThat(launchers).allMatch(launcher -> launcher.exitValue() == 137);
                assertThat(node.records("kind=receipt")).hasSize(1);

                // Drained for good: no run is left to wait for.
                Binary.Done empty = node.rein("drain", "--json").ok();
                assertThat(Json.MAPPER.readValue(empty.out(), DrainView.class))
                        .isEqualTo(new DrainView(true, 0));
                assertThat(node.records("kind=node-drained")).hasSize(3);
                assertThat(Stream.of(node.api().get("/v1/runs", RunView[].class)))
                        .allMatch(run -> run.state().equals("ended"));
            } finally {
                launchers.forEach(launcher -> {
                    launcher.descendants().forEach(ProcessHandle::destroyForcibly);
                    launcher.destroyForcibly();
                });
            }
            node.down();
            Traces.vanish(node.data());
            assertThat(Traces.tables()).isEqualTo(tables);
        }
    }

    private static Process launched(Running node, int number) throws IOException {
        return Binary.rein(
                        node.environment(),
                        List.of(
                                "run",
                                "--quiet",
                                "--agent",
                                "many",
                                "--",
                                "bash",
                                "-c",
                                DAEMON,
                                "bash",
                                String.valueOf(number)))
                .directory(node.work().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(node.folder().resolve("err").toFile()))
                .start();
    }

    private static String said(Running node) throws IOException {
        return Files.readString(node.folder().resolve("err"));
    }

    private static long files(Running node, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(node.work())) {
            return files.filter(path -> path.getFileName().toString().startsWith(prefix)).count();
        }
    }
}
