package rein.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.audit.verify.LogVerifier;
import rein.audit.verify.Trust;
import rein.audit.verify.Verification;

/** Kills a real process in the middle of writing, again and again (DESIGN §1.2). */
class CrashTest {
    /** Records acknowledged before each kill: ends at different places in bundles and batches. */
    private static final List<Integer> ACKNOWLEDGED = List.of(40, 700, 2_500, 5_111);

    @TempDir Path folder;

    @Test
    void noAcknowledgedRecordIsLostToKillNine() throws Exception {
        TreeMap<Long, UUID> acknowledged = new TreeMap<>();
        for (int round = 0; round < ACKNOWLEDGED.size(); round++) {
            Durability durability =
                    round % 2 == 0 ? Durability.PROCESS_CRASH : Durability.POWER_LOSS;
            run(durability, ACKNOWLEDGED.get(round), acknowledged);
            // As it was left, before anybody repairs anything.
            Verification left = LogVerifier.verify(Logs.log(folder), Trust.nothing());
            assertThat(left.failures()).isEmpty();
            assertThat(left.size() + left.notYetSigned()).isGreaterThan(acknowledged.lastKey());
        }
        assertThat(acknowledged)
                .hasSizeGreaterThan(ACKNOWLEDGED.stream().mapToInt(Integer::intValue).sum() - 1);
        try (AuditLog log = Logs.open(folder)) {
            Map<Long, UUID> stored = new TreeMap<>();
            long next = 0;
            LogReader.Page page;
            do {
                page = log.reader().oldestFirst(next, 10_000, record -> true);
                page.records()
                        .forEach(one -> stored.put(one.address().index(), one.id().orElseThrow()));
                next = page.next();
            } while (!page.end());
            assertThat(stored).containsAllEntriesOf(acknowledged);
            assertThat(
                            log.reader()
                                    .newestFirst(
                                            Long.MAX_VALUE,
                                            10,
                                            one -> one.kind().equals("log-opened"))
                                    .records())
                    .hasSize(ACKNOWLEDGED.size() + 1)
                    .allSatisfy(one ->
                            assertThat(one.texts("detail").getOrDefault("clean-end", "false"))
                                    .isEqualTo("false"));
        }
        Verification after = LogVerifier.verify(Logs.log(folder), Trust.nothing());
        assertThat(after.failures()).isEmpty();
        assertThat(after.notYetSigned()).isZero();
    }

    private void run(Durability durability, int records, Map<Long, UUID> acknowledged)
            throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Journaling.class.getName(),
                                folder.toString(),
                                durability.name())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (DataInputStream journal =
                new DataInputStream(new BufferedInputStream(child.getInputStream()))) {
            int seen = 0;
            try {
                for (; ; seen++) {
                    if (seen == records) {
                        // SIGKILL; through the handle, which leaves the pipe to be read to its end.
                        child.toHandle().destroyForcibly();
                    }
                    acknowledged.put(
                            journal.readLong(), new UUID(journal.readLong(), journal.readLong()));
                }
            } catch (EOFException end) {
                assertThat(seen).isGreaterThanOrEqualTo(records);
            }
        } finally {
            child.destroyForcibly();
            child.waitFor();
        }
    }
}
