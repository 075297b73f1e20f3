package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import rein.server.api.ReceiptView;
import rein.server.http.Json;

/** A full disk: what cannot be recorded does not pass, and the off-switch works all the same. */
final class DiskFullTest {
    /** PostgreSQL with its binaries takes about 170 MB, the logs' reserves and the journal 40. */
    private static final String SIZE = "size=320m,mode=700";

    private static final int BLOCK_BYTES = 64 * 1024;

    /** Asks the granted upstream again and again, and says what came of it. */
    @SuppressWarnings("InlineFormatString") // a script reads better as a whole
    private static final String ASKING =
            """
            ask() { exec 3<>/dev/tcp/%s/%d; printf 'GET / HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' >&3; grep -a -o -m1 'HTTP/1.1 200\\|Rein-Reason: [a-z-]*' <&3; exec 3>&-; }
            while :; do ask; sleep 0.05; done
            """;

    @Test
    void aFullDiskDeniesAndTheOffSwitchWorks() throws IOException {
        Facilities.forRuns();
        try (Running node = Running.prepare()) {
            Files.createDirectory(node.data());
            mount(node.data());
            try {
                fullAndFree(node);
            } finally {
                node.stopIfUp();
                Binary.run(new ProcessBuilder("umount", "--lazy", node.data().toString())).ok();
            }
        }
    }

    private static void fullAndFree(Running node) throws IOException {
        node.up();
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained frozen = asking(node, "frozen", upstream);
                Contained killed = asking(node, "killed", upstream)) {
            Await.until("it is answered", () -> lines(killed).contains("HTTP/1.1 200"));
            Path filler = fill(node.data());
            Await.until(
                    "what is not recorded does not pass",
                    () -> lines(killed).getLast().equals("Rein-Reason: not-recorded"));
            long reached = upstream.requests().size();
            int answers = lines(killed).size();
            Await.until("it asks on", () -> lines(killed).size() > answers + 5);
            assertThat(upstream.requests()).hasSize((int) reached);
            assertThat(node.status().problems()).anyMatch(problem -> problem.contains("room"));

            ReceiptView suspended = stop(node, "--agent", "frozen");
            assertThat(suspended.complete()).isTrue();
            assertThat(frozen.view().state()).isEqualTo("suspended");
            ReceiptView terminated = stop(node, "--agent", "killed", "--kill");
            assertThat(terminated.complete()).isTrue();
            assertThat(killed.ended()).isEqualTo(137);
            for (ReceiptView receipt : List.of(suspended, terminated)) {
                assertThat(
                                receipt.recordedLate()
                                        || node.records("kind=stop-ordered").stream()
                                                .anyMatch(record ->
                                                        receipt.order()
                                                                .toString()
                                                                .equals(
                                                                        record.detail()
                                                                                .get("order"))))
                        .as("recorded, or says that it will be late")
                        .isTrue();
            }
            assertThat(node.rein("run", "--agent", "killed-too", "--", "true").refused())
                    .isNotBlank();

            Files.delete(filler);
            node.rein("resume", suspended.order().toString()).ok();
            long before = node.records("agent=frozen&decision=allow").size();
            Await.until(
                    "the log goes on",
                    () -> node.records("agent=frozen&decision=allow").size() > before);
            Await.until(
                    "both orders are recorded",
                    () -> node.records("kind=stop-ordered").size() == 2);
            node.rein("audit", "verify").ok();
        }
        node.down();
        node.up();
        assertThat(node.records("kind=stop-ordered")).hasSize(2);
        assertThat(node.rein("run", "--agent", "killed", "--", "true").refused())
                .contains("is stopped");
        node.run(List.of("--agent", "fresh"), "true").ok();
        node.rein("audit", "verify").ok();
    }

    private static Contained asking(Running node, String agent, Upstream upstream)
            throws IOException {
        Path policy = Files.writeString(node.work().resolve(agent + ".cedar"), upstream.grant());
        return Contained.start(
                node,
                agent,
                List.of("--policy", policy.toString()),
                ASKING.formatted(upstream.host(), upstream.port(), upstream.authority()));
    }

    private static List<String> lines(Contained run) {
        return run.out().lines().toList();
    }

    private static ReceiptView stop(Running node, String... target) {
        List<String> arguments = new java.util.ArrayList<>(List.of("stop", "--json"));
        arguments.addAll(List.of(target));
        Binary.Done done = node.rein(arguments.toArray(String[]::new)).ok();
        return Json.MAPPER.readValue(done.out(), ReceiptView.class);
    }

    private static void mount(Path folder) {
        Binary.Done done =
                Binary.run(
                        new ProcessBuilder(
                                "mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", folder.toString()));
        assumeTrue(done.code() == 0, "missing facility: mounting a tmpfs");
    }

    /** Writes a file until nothing more fits. */
    private static Path fill(Path folder) throws IOException {
        Path filler = folder.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(new byte[BLOCK_BYTES]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        return filler;
    }
}
