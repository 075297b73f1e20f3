package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import rein.server.api.HandedView;
import rein.server.api.ReceiptView;
import rein.server.api.RecordView;
import rein.server.http.Json;

/** A planned restart: runs stand still, the next node adopts them, and nobody else does. */
final class RestartTest {
    private static final int RUNS = 10;

    /** Long enough for a loop of 50 ms to be seen going on. */
    private static final Duration A_WHILE = Duration.ofMillis(300);

    /**
     * Counts without starting a program, and asks both upstreams once the file {@code ask} is
     * there.
     */
    private static final String COUNTING =
            """
            setsid bash -c 'trap : TERM HUP; while :; do sleep 600; done' &
            n=0; said=; exec 9<> <(:)
            while :; do
              n=$((n+1)); echo $n > count-$N
              if [ -z "$said" ] && [ -e ask ]; then
                said=1
                curl -s -o /dev/null -m 20 -w '%{http_code}' "$GOOD" > good-$N.new; mv good-$N.new good-$N
                curl -s -o /dev/null -m 20 -w '%{http_code}' "$BAD" > bad-$N.new; mv bad-$N.new bad-$N
              fi
              read -rt 0.05 -u 9
            done
            """;

    private static Process launched(Running node, int number, List<String> options)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("run", "--quiet", "--env", "N=" + number));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "bash", "-c", COUNTING));
        return Binary.rein(node.environment(), arguments)
                .directory(node.work().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(node.folder().resolve("err").toFile()))
                .start();
    }

    private static long count(Running node, int number) throws IOException {
        Path file = node.work().resolve("count-" + number);
        String text = Files.exists(file) ? Files.readString(file).strip() : "";
        return text.isEmpty() ? -1 : Long.parseLong(text);
    }

    private static String said(Running node, String what, int number) throws IOException {
        Path file = node.work().resolve(what + number);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static SortedSet<String> runs(List<RecordView> records) {
        SortedSet<String> runs = new TreeSet<>();
        records.forEach(record -> runs.add(record.run().orElseThrow()));
        return runs;
    }

    private static void end(List<Process> launchers) {
        launchers.forEach(launcher -> {
            launcher.descendants().forEach(ProcessHandle::destroyForcibly);
            launcher.destroyForcibly();
        });
    }

    private static void begun(Running node, int runs, List<Process> launchers) {
        Await.until(
                "every run counts",
                Await.LONG.multipliedBy(2),
                () -> {
                    assertThat(launchers)
                            .as("%s", Files.readString(node.folder().resolve("err")))
                            .allMatch(Process::isAlive);
                    for (int i = 0; i < runs; i++) {
                        if (count(node, i) < 1) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    @Test
    void runsSurviveAPlannedRestartAndAreAsContainedAsBefore() throws IOException {
        Facilities.forRuns();
        Facilities.program("curl");
        List<Process> launchers = new ArrayList<>();
        try (Running node = Running.start();
                Upstream good = new Upstream(Facilities.ownAddress())) {
            Path policy = Files.writeString(node.folder().resolve("good.cedar"), good.grant());
            for (int i = 0; i < RUNS; i++) {
                launchers.add(
                        launched(
                                node,
                                i,
                                List.of(
                                        "--agent",
                                        i == 0 ? "stopped" : "counting",
                                        "--policy",
                                        policy.toString(),
                                        "--label",
                                        "job=" + i,
                                        "--env",
                                        "GOOD=http://" + good.authority() + "/",
                                        "--env",
                                        "BAD=http://" + good.host() + ":1/")));
            }
            begun(node, RUNS, launchers);
            node.rein("stop", "--agent", "stopped", "--reason", "not this one").ok();
            List<RecordView> before = node.records("kind=run-started");

            HandedView handed =
                    Json.MAPPER.readValue(
                            node.rein("drain", "--hand-over", "--json").ok().out(),
                            HandedView.class);
            assertThat(handed.runs()).isEqualTo(RUNS);
            assertThat(handed.moving()).isZero();
            // A run may have been stopped between emptying its file and writing to it.
            List<Long> stood = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                stood.add(count(node, i));
            }
            Await.pass(A_WHILE);
            for (int i = 0; i < RUNS; i++) {
                assertThat(count(node, i)).as("stands still").isEqualTo(stood.get(i));
            }
            assertThat(launchers).allMatch(Process::isAlive);
            node.up();
            assertThat(node.said()).contains("Adopted " + RUNS + " of " + RUNS + " runs.");
            assertThat(node.data().resolve("hand-over")).doesNotExist();

            Files.writeString(node.work().resolve("ask"), "");
            Await.until(
                    "every run but the stopped one counts on, and has asked",
                    Await.LONG.multipliedBy(2),
                    () -> {
                        for (int i = 1; i < RUNS; i++) {
                            if (count(node, i) <= stood.get(i) || said(node, "bad-", i).isEmpty()) {
                                return false;
                            }
                        }
                        return true;
                    });
            for (int i = 1; i < RUNS; i++) {
                assertThat(said(node, "good-", i)).as("permitted, run " + i).isEqualTo("200");
                assertThat(said(node, "bad-", i)).as("forbidden, run " + i).isEqualTo("403");
            }
            assertThat(good.connections()).isEqualTo(RUNS - 1);
            assertThat(count(node, 0)).as("the stopped one stands still").isEqualTo(stood.get(0));

            List<RecordView> adopted = node.records("kind=run-adopted");
            assertThat(adopted).hasSize(RUNS);
            assertThat(runs(adopted)).isEqualTo(runs(before));
            assertThat(node.records("kind=run-ended")).isEmpty();
            if (node.status().problems().stream().noneMatch(line -> line.contains("observed"))) {
                assertThat(node.records("kind=exec")).as("seen before and after").isNotEmpty();
            }
            node.rein("audit", "verify").ok();

            ReceiptView receipt =
                    Json.MAPPER.readValue(
                            node.rein("stop", "--blueprint", "coding", "--kill", "--json")
                                    .ok()
                                    .out(),
                            ReceiptView.class);
            assertThat(receipt.left()).isZero();
            Await.until("all are reaped", () -> Traces.ofRuns(node.data()).isEmpty());
            Await.until(
                    "every launcher has ended",
                    () -> launchers.stream().noneMatch(Process::isAlive));
            node.down();
            Traces.vanish(node.data());
        } finally {
            end(launchers);
        }
    }

    @Test
    void withoutANextNodeTheRunsDieInTimeAndAForgedHandOverIsRefused() throws IOException {
        Facilities.forRuns();
        List<Process> launchers = new ArrayList<>();
        try (Running node = Running.start()) {
            launchers.add(launched(node, 0, List.of("--agent", "counting")));
            begun(node, 1, launchers);
            node.rein("drain", "--hand-over", "--within", "2").ok();
            Path file = node.data().resolve("hand-over");
            byte[] copy = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            Await.until(
                    "the watcher has killed the run",
                    () -> launchers.stream().noneMatch(Process::isAlive));
            Traces.vanish(node.data());
            assertThat(file).doesNotExist();

            // Put back, it is a copy of what is over; changed, it is nobody's.
            Files.write(file, copy);
            Files.setPosixFilePermissions(
                    file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
            node.up();
            assertThat(node.said()).contains("The hand-over of the last node was refused");
            assertThat(node.status().runs()).isZero();

            // A crash still ends everything at once.
            launchers.add(launched(node, 1, List.of("--agent", "counting")));
            Await.until("the second run counts", () -> count(node, 1) > 0);
            node.crash();
            Await.until(
                    "the second run is dead",
                    Duration.ofSeconds(2),
                    () -> Traces.ofRuns(node.data()).isEmpty());
            Traces.vanish(node.data());
        } finally {
            end(launchers);
        }
    }
}
