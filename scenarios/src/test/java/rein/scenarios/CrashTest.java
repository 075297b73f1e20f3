package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.server.api.RecordView;
import rein.server.http.Json;

/** kill -9 of the node: runs die with it, what was acknowledged is there, nothing is left over. */
final class CrashTest {
    private static final Duration DEAD_WITHIN = Duration.ofSeconds(2);
    private static final int JOURNALLED_MIN = 20;

    /** Daemons in sessions of their own that ask for another port each time, and never end. */
    private static final String DAEMONS =
            """
            knock() { n=$1; while :; do (exec 3<>/dev/tcp/203.0.113.9/$n && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3) >/dev/null 2>&1; n=$((n+1)); done; }
            for first in 1000 2000 3000; do setsid bash -c "$(declare -f knock); trap '' HUP TERM INT; knock $first" & done
            disown -a; echo here; sleep 1000
            """;

    @Test
    void aKilledNodeTakesItsRunsWithItAndLosesNothingAcknowledged() throws IOException {
        Facilities.forRuns();
        String tables = Traces.tables();
        try (Running node = Running.start()) {
            Path journal = node.folder().resolve("journal");
            Process follower =
                    Binary.rein(node.environment(), List.of("activity", "--follow", "--json"))
                            .redirectOutput(journal.toFile())
                            .redirectError(node.folder().resolve("follower.err").toFile())
                            .start();
            try (Contained run = Contained.start(node, "daemons", List.of(), DAEMONS)) {
                Await.until(
                        "denials are journalled by another process",
                        () -> denials(journal).size() > JOURNALLED_MIN);
                assertThat(Traces.ofRuns(node.data())).hasSizeGreaterThan(5);

                node.crash();
                Await.until(
                        "every process of the run is dead: " + Traces.ofRuns(node.data()),
                        DEAD_WITHIN,
                        () -> Traces.ofRuns(node.data()).isEmpty());
                assertThat(run.ended()).isEqualTo(137);
                assertThat(run.err()).contains("the node did not see the run end");
            } finally {
                follower.destroy();
            }
            Set<String> journalled = addresses(Files.readString(journal));
            assertThat(journalled).hasSizeGreaterThan(JOURNALLED_MIN);

            // The log is sound as it lies there, and after the next start.
            node.rein("audit", "verify").ok();
            node.up();
            Set<String> kept = addresses(node.rein("audit", "export", "--json").ok().out());
            assertThat(kept).containsAll(journalled);
            node.rein("audit", "verify").ok();
            node.run(List.of("--agent", "after"), "true").ok();
            node.down();
            Traces.vanish(node.data());
            assertThat(Traces.tables()).isEqualTo(tables);
        }
    }

    @Test
    void aDrillsNodeIsKilledInItsMidst(@TempDir Path folder) throws IOException {
        Facilities.forRuns();
        for (String program : List.of("ssh", "sshd", "perl")) {
            Facilities.program(program);
        }
        // sshd runs as nobody and reads its keys below.
        Files.setPosixFilePermissions(
                folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Path out = folder.resolve("out");
        Process drill =
                Binary.rein(
                                Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder),
                                List.of("drill", "rome", "--json", "--keep"))
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(folder.resolve("err").toFile())
                        .start();
        try {
            Await.until(
                    "the drill's first step has held",
                    Duration.ofSeconds(60),
                    () -> {
                        assertThat(drill.isAlive())
                                .as("%s", Files.readString(folder.resolve("err")))
                                .isTrue();
                        return Files.readString(out).contains("HELD");
                    });
            Path data = data(folder);
            Await.until("a run of the drill runs", () -> !Traces.ofRuns(data).isEmpty());
            long node = Long.parseLong(Files.readString(data.resolve("lock")).strip());
            ProcessHandle.of(node).orElseThrow().destroyForcibly();
            Await.until(
                    "the drill's run is dead", DEAD_WITHIN, () -> Traces.ofRuns(data).isEmpty());
            Await.until("the drill ends", Duration.ofSeconds(60), () -> !drill.isAlive());
            assertThat(drill.exitValue()).isNotZero();
            Binary.run(
                            Binary.rein(
                                    Map.of("REIN_HOME", data.toString()),
                                    List.of("audit", "verify")))
                    .ok();
            Traces.vanish(data);
        } finally {
            drill.descendants().forEach(ProcessHandle::destroyForcibly);
            drill.destroyForcibly();
        }
    }

    private static Path data(Path folder) throws IOException {
        try (var folders = Files.list(folder)) {
            return folders.filter(path -> path.getFileName().toString().startsWith("rein-drill-"))
                    .findFirst()
                    .orElseThrow()
                    .resolve("data");
        }
    }

    /** Addresses of the records in whole lines; the last line may have been cut by the crash. */
    private static Set<String> addresses(String lines) {
        Set<String> found = new HashSet<>();
        int end = lines.lastIndexOf('\n');
        lines.substring(0, Math.max(0, end))
                .lines()
                .forEach(
                        line -> found.add(Json.MAPPER.readValue(line, RecordView.class).address()));
        return found;
    }

    private static Set<String> denials(Path journal) throws IOException {
        String text = Files.readString(journal);
        return addresses(
                String.join("\n", text.lines().filter(line -> line.contains("\"deny\"")).toList())
                        + "\n");
    }
}
