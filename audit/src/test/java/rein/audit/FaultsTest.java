package rein.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.audit.verify.LogVerifier;
import rein.audit.verify.Trust;
import rein.audit.verify.Verification;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.RecordRefusedException.Code;

/** A disk that is full or broken, and a log that was left in the middle of a record. */
class FaultsTest {
    @TempDir Path folder;
    private final FaultyFiles files = new FaultyFiles();

    @Test
    void onAFullDiskOrdinaryRecordsAreRefusedAndAThousandStopsAreNot() throws Exception {
        AuditLog.Settings settings =
                new AuditLog.Settings(
                        folder.resolve("log"),
                        folder.resolve("keys/log.key"),
                        rein.testkit.Samples.TENANT,
                        Logs.NODE,
                        Logs.BOOT,
                        Durability.PROCESS_CRASH,
                        AuditLog.RESERVE_BYTES);
        rein.testkit.SimulatedTime time = new rein.testkit.SimulatedTime();
        try (AuditLog log =
                AuditLog.open(settings, files, Optional.empty(), time, time, new SecureRandom())) {
            log.append(Logs.exec(1, 1));
            files.roomBytes.set(0);
            int taken = fill(log);
            assertThat(log.health().state()).isEqualTo(LogHealth.State.FULL);
            assertThat(log.health().fullRefusals()).isEqualTo(1);
            for (int i = 0; i < Reserve.STOPS; i++) {
                log.append(Logs.stop(i));
                log.append(
                        Draft.of(Kind.RECEIPT)
                                .detail("order", "order-" + i)
                                .detail("confirmed", "x".repeat(4_000))
                                .build());
            }
            refused(() -> log.append(Logs.exec(1, 0)), Code.DISK_FULL);
            assertThatThrownBy(log::checkpoint).hasMessageContaining("Free some room");

            files.roomBytes.set(Long.MAX_VALUE);
            long sequence = log.append(Logs.exec(1, 2)).stamp().runSequence();
            assertThat(sequence).isEqualTo(taken + 2);
            assertThat(log.health().reserveReadyBytes()).isEqualTo(AuditLog.RESERVE_BYTES);
            log.checkpoint();
        }
        sound(2 + 2 * Reserve.STOPS);
    }

    @Test
    void changesOfPeopleAndPoliciesMayUseHalfOfTheReserve() throws Exception {
        try (AuditLog log = Logs.open(folder, files, Optional.empty())) {
            files.roomBytes.set(0);
            fill(log);
            Draft change = Draft.of(Kind.TOKEN_CHANGED).person("alice").build();
            for (; ; ) {
                try {
                    log.append(change);
                } catch (RecordRefusedException e) {
                    assertThat(e.code()).isEqualTo(Code.DISK_FULL);
                    break;
                }
            }
            assertThat(log.health().reserveReadyBytes())
                    .isBetween(Logs.RESERVE_BYTES / 2, Logs.RESERVE_BYTES / 2 + 2_000);
            log.append(Logs.stop(1));
        }
    }

    @Test
    void aLogOnAFullDiskOpensAgainAndTakesStops() throws Exception {
        try (AuditLog log = Logs.open(folder, files, Optional.empty())) {
            for (int i = 0; i < 300; i++) {
                log.append(Logs.exec(1, i));
            }
            files.roomBytes.set(0);
            fill(log);
        }
        try (AuditLog log = Logs.open(folder, files, Optional.empty())) {
            log.append(Logs.stop(1));
            refused(() -> log.append(Logs.exec(1, 0)), Code.DISK_FULL);
            files.roomBytes.set(Long.MAX_VALUE);
            log.append(Logs.exec(1, 0));
        }
        sound(300);
    }

    @Test
    void aNewLogNeedsItsReserve() {
        files.roomBytes.set(100_000);
        assertThatThrownBy(() -> Logs.open(folder, files, Optional.empty()))
                .isInstanceOfSatisfying(
                        AuditException.class,
                        e -> assertThat(e.code()).isEqualTo(AuditException.Code.DISK_FULL));
    }

    @Test
    void aTornWriteIsNeverAcknowledgedAndIsCutAtTheNextStart() throws Exception {
        try (AuditLog log = Logs.open(folder, files, Optional.empty())) {
            log.append(Logs.exec(1, 1));
            files.tearNext.set(true);
            refused(() -> log.append(Logs.exec(1, 2)), Code.BROKEN);
            refused(() -> log.append(Logs.stop(1)), Code.BROKEN);
            assertThat(log.health().state()).isEqualTo(LogHealth.State.BROKEN);
        }
        Verification left = LogVerifier.verify(Logs.log(folder), Trust.nothing());
        assertThat(left.failures()).isEmpty();
        assertThat(left.tornBytes()).isPositive();
        try (AuditLog log = Logs.open(folder)) {
            StoredRecord opened = log.reader().at(2).orElseThrow();
            assertThat(opened.texts("detail")).containsEntry("clean-end", "false");
            assertThat(opened.numbers("sizes").get("torn-bytes")).isPositive();
            assertThat(log.append(Logs.exec(1, 3)).stamp().runSequence()).isEqualTo(2);
        }
        sound(4);
    }

    @Test
    void aLogWhoseForcingFailsIsBroken() throws Exception {
        try (AuditLog log = Logs.open(folder, files, Optional.empty())) {
            files.syncFails.set(true);
            log.append(Logs.exec(1, 1));
            assertThatThrownBy(log::checkpoint).hasMessageContaining("Check the disk");
            files.syncFails.set(false);
            // It may work now, but nobody knows what became of the bytes before.
            assertThatThrownBy(log::checkpoint).hasMessageContaining("Check the disk");
            refused(() -> log.append(Logs.exec(1, 2)), Code.BROKEN);
        }
        try (AuditLog log = Logs.open(folder)) {
            assertThat(log.append(Logs.exec(1, 2)).stamp().runSequence()).isEqualTo(2);
        }
        sound(4);
    }

    /** Cuts the last record at each of its bytes, as a crash might. */
    @Test
    void whereverTheLastRecordIsCutTheLogOpensWithoutIt() throws Exception {
        try (AuditLog log = Logs.open(folder)) {
            log.append(Logs.exec(1, 1));
        }
        Path segment = Segments.path(Logs.log(folder), 0);
        byte[] before = Files.readAllBytes(segment);
        int start = written(before);
        try (AuditLog log = Logs.open(folder)) {
            log.append(Logs.exec(1, 2));
        }
        byte[] after = Files.readAllBytes(segment);
        int opened = start + Frame.HEAD_BYTES + (after[start] << 8 | (after[start + 1] & 0xff));
        int end = written(after);
        byte[] checkpoint = checkpointOf(2);
        for (int cut = opened; cut < end; cut += 1 + (cut - opened) / 16) {
            byte[] torn = after.clone();
            Arrays.fill(torn, cut, torn.length, (byte) 0);
            Files.write(segment, torn);
            Files.write(Logs.log(folder).resolve("checkpoint"), checkpoint);
            try (AuditLog log = Logs.open(folder)) {
                assertThat(log.append(Logs.exec(1, 3)).stamp().runSequence()).isEqualTo(2);
                assertThat(log.reader().size()).isEqualTo(5);
            }
            assertThat(LogVerifier.verify(Logs.log(folder), Trust.nothing()).failures())
                    .as("cut at %d", cut)
                    .isEmpty();
        }
    }

    @Test
    void aLogShorterThanItsCheckpointIsNotOpened() throws Exception {
        try (AuditLog log = Logs.open(folder)) {
            log.append(Logs.exec(1, 1));
        }
        Path segment = Segments.path(Logs.log(folder), 0);
        byte[] bytes = Files.readAllBytes(segment);
        Arrays.fill(bytes, written(bytes) - 10, bytes.length, (byte) 0);
        Files.write(segment, bytes);
        assertThatThrownBy(() -> Logs.open(folder))
                .isInstanceOfSatisfying(
                        AuditException.class,
                        e -> assertThat(e.code()).isEqualTo(AuditException.Code.DAMAGED))
                .hasMessageContaining("its checkpoint covers 2");
    }

    private static int fill(AuditLog log) {
        int taken = 0;
        try {
            for (; ; taken++) {
                log.append(Logs.exec(1, taken));
            }
        } catch (RecordRefusedException e) {
            assertThat(e.code()).isEqualTo(Code.DISK_FULL);
            return taken;
        }
    }

    /** The checkpoint over the first records, as it would have been signed then. */
    private byte[] checkpointOf(int records) throws Exception {
        LogKey key =
                LogKey.at(
                        folder.resolve("keys/log.key"),
                        Logs.ORIGIN,
                        false,
                        new RealFiles(),
                        new SecureRandom());
        TreeHash hash = new TreeHash();
        Frontier frontier = new Frontier(hash);
        Entries entries = new Entries(Logs.log(folder), new RealFiles());
        for (byte[] record : entries.bundle(0).subList(0, records)) {
            frontier.add(hash.leaf(record), (level, number, hashes) -> {});
        }
        return Checkpoint.sign(Logs.ORIGIN, records, frontier.root(), key)
                .note()
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static int written(byte[] segment) {
        int end = segment.length;
        while (end > 0 && segment[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private void sound(long atLeast) throws IOException {
        Verification checked = LogVerifier.verify(Logs.log(folder), Trust.nothing());
        assertThat(checked.failures()).isEmpty();
        assertThat(checked.size()).isGreaterThanOrEqualTo(atLeast);
        assertThat(checked.notYetSigned()).isZero();
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable append, Code code) {
        assertThatThrownBy(append)
                .isInstanceOfSatisfying(
                        RecordRefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
