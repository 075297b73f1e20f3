package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import rein.server.api.Status;

/** Without PostgreSQL the doors, the log and the off-switch work on. */
final class DatabaseGoneTest {

    @Test
    void theOffSwitchNeedsNoDatabase() throws IOException {
        Facilities.forRuns();
        String denied =
                "ask() { exec 3<>/dev/tcp/203.0.113.7/$1; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; head -c 12 <&3; echo; exec 3>&-; };"
                        + " echo here; n=80; while :; do read -t 0.1 < <(sleep 1); ask $n; n=$((n+1)); done";
        try (Running node = Running.start();
                Contained suspended = Contained.start(node, "suspended", List.of(), denied);
                Contained killed = Contained.start(node, "killed", List.of(), denied)) {
            killPostmaster(node.data());

            long before = node.records("agent=killed&decision=deny").size();
            Await.until(
                    "the door decides and records on",
                    () -> node.records("agent=killed&decision=deny").size() > before + 3);
            assertThat(killed.out()).as("explained to the agent").contains("HTTP/1.1 403");

            Await.until(
                    "the status says so",
                    () -> node.status().database().equals("embedded, not answering"));
            Status status = node.status();
            assertThat(status.status()).isEqualTo("running, with problems");
            assertThat(status.problems()).isNotEmpty();

            assertThat(node.rein("activity", "--agent", "killed").ok().out()).contains("deny");
            assertThat(node.rein("stop", suspended.view().shortId()).ok().out())
                    .contains("confirmed egress-door", "confirmed sandbox");
            assertThat(suspended.view().state()).isEqualTo("suspended");
            assertThat(node.rein("stop", "--agent", "killed", "--kill").ok().out())
                    .contains("confirmed sandbox");
            assertThat(killed.ended()).isEqualTo(137);
            assertThat(node.rein("runs").ok().out()).contains("suspended");
            node.rein("resume", suspended.view().shortId()).ok();
            assertThat(suspended.view().state()).isEqualTo("running");
            node.rein("audit", "verify").ok();

            // What does need it says so in a line.
            assertThat(node.rein("run", "--agent", "brand-new", "--", "true").refused())
                    .isNotBlank();

            node.down();
            node.up();
            assertThat(node.status().database()).isEqualTo("embedded");
            assertThat(node.records("kind=stop-ordered")).hasSize(2);
            node.rein("audit", "verify").ok();
        }
    }

    /** The first line of postmaster.pid is the postmaster's process id. */
    private static void killPostmaster(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("postgres").resolve("server"))) {
            Path file =
                    files.filter(path -> path.endsWith("postmaster.pid")).findFirst().orElseThrow();
            long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
            ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
            assertThat(postmaster.info().command().orElse("")).endsWith("postgres");
            postmaster.destroyForcibly();
            Await.until("the postmaster is dead", () -> !postmaster.isAlive());
        }
    }
}
