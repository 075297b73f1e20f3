package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.vocabulary.StopOrder;
import rein.vocabulary.StopOrder.Mode;
import rein.vocabulary.StopOrder.Scope;

class StopJournalTest {
    private static final long BYTES = (long) StopJournal.SLOTS * JournalSlot.BYTES;
    @TempDir private Path folder;

    private Path path() {
        return folder.resolve("stops.journal");
    }

    private FaultyFile file() throws IOException {
        return new FaultyFile(path(), BYTES);
    }

    static StopOrder order(long number) {
        return new StopOrder(
                new UUID(number * 0x9E3779B97F4A7C15L, number),
                new Scope.OfAgent("agent-" + number),
                Mode.SUSPEND,
                "reason " + number,
                "alice",
                number,
                Instant.parse("2026-11-01T08:00:00Z"),
                number % 2 == 0 ? Optional.of(new UUID(0, number)) : Optional.empty());
    }

    private List<StopOrder> readAgain() throws IOException {
        try (StopJournal again = StopJournal.open(file())) {
            return again.inForce();
        }
    }

    @Test
    void needsNoRoomOnTheDisk() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk.toString()),
                "missing facility: mounting a tmpfs (root)");
        try {
            Path file = disk.resolve("stops.journal");
            StopJournal.open(file).close();
            assertThatThrownBy(() -> Files.write(disk.resolve("fill"), new byte[12 << 20]))
                    .isInstanceOf(IOException.class);
            try (StopJournal journal = StopJournal.open(file)) {
                for (int i = 1; i <= 1_000; i++) {
                    journal.order(order(i));
                }
                journal.resumed(order(7).id());
            }
            try (StopJournal again = StopJournal.open(file)) {
                assertThat(again.inForce()).hasSize(999);
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }

    @Test
    void roomForAThousandStopsAndTheirResumesAndTheFileNeverGrows() throws IOException {
        try (StopJournal journal = StopJournal.open(file())) {
            for (int i = 1; i <= StopJournal.ORDERS_MAX; i++) {
                journal.order(order(i));
            }
            assertThatThrownBy(() -> journal.order(order(5_000)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("taken");
            for (int i = 1; i <= StopJournal.ORDERS_MAX; i++) {
                journal.resumed(order(i).id());
            }
            for (int i = 2_001; i <= 2_010; i++) {
                journal.order(order(i));
            }
        }
        assertThat(readAgain()).hasSize(10);
        assertThat(Files.size(path())).isEqualTo(BYTES);
    }

    @Test
    void theLongestOrderHasRoom() throws IOException {
        StopOrder longest =
                new StopOrder(
                        UUID.randomUUID(),
                        new Scope.OfOwner("語".repeat(256)),
                        Mode.TERMINATE,
                        "語".repeat(StopOrder.REASON_CHARS_MAX),
                        "語".repeat(Stops.ISSUER_CHARS_MAX),
                        Long.MAX_VALUE,
                        Instant.parse("2026-11-01T08:00:00.123456789Z"),
                        Optional.of(UUID.randomUUID()));
        try (StopJournal journal = StopJournal.open(file())) {
            journal.order(longest);
        }
        assertThat(readAgain()).containsExactly(longest);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 20, 40, 200, 511, 512, 3_000, 3_583, 3_600})
    void aTornOrderIsReportedAndTheOthersStand(int bytes) throws IOException {
        FaultyFile file = file();
        try (StopJournal journal = StopJournal.open(file)) {
            journal.order(order(1));
            file.tearNext(bytes);
            assertThatThrownBy(() -> journal.order(order(2))).isInstanceOf(IOException.class);
            // With its checksum on the disk the order is whole, whatever the caller was told.
            boolean whole = bytes >= JournalSlot.CRC_AT + 4;
            try (StopJournal again = StopJournal.open(file())) {
                assertThat(again.inForce()).hasSize(whole ? 2 : 1).contains(order(1));
                assertThat(again.torn()).hasSize(whole || bytes == 0 ? 0 : 1);
            }
            journal.order(order(2)); // The caller tries again.
        }
        assertThat(readAgain()).containsExactly(order(1), order(2));
    }

    @Test
    void aTornResumeLeavesTheOrderInForce() throws IOException {
        FaultyFile file = file();
        try (StopJournal journal = StopJournal.open(file)) {
            journal.order(order(1));
            file.tearNext(100);
            assertThatThrownBy(() -> journal.resumed(order(1).id()))
                    .isInstanceOf(IOException.class);
            assertThat(journal.inForce()).hasSize(1);
        }
        assertThat(readAgain()).containsExactly(order(1));
    }

    @Test
    void whatTheLogHasIsRemembered() throws IOException {
        try (StopJournal journal = StopJournal.open(file())) {
            journal.order(order(1));
            journal.order(order(2));
            journal.recorded(order(1).id());
        }
        try (StopJournal again = StopJournal.open(file())) {
            assertThat(again.inForce()).hasSize(2);
            assertThat(again.unrecorded()).containsExactly(order(2));
            assertThat(again.highestEpoch()).isEqualTo(2);
        }
    }

    @Test
    void aFileOfAnotherSizeOrFormatIsNotGuessedAt() throws Exception {
        Files.write(path(), new byte[100]);
        assertThatThrownBy(() -> StopJournal.open(path()))
                .isInstanceOf(StopException.class)
                .hasMessageContaining("Restore it from a copy");
        Files.delete(path());
        StopJournal.open(path()).close();
        byte[] slot = JournalSlot.of(order(1));
        slot[4] = 9;
        CRC32C crc = new CRC32C();
        crc.update(slot, 0, JournalSlot.CRC_AT);
        ByteBuffer.wrap(slot).putInt(JournalSlot.CRC_AT, (int) crc.getValue());
        try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(slot), 0);
        }
        assertThatThrownBy(() -> StopJournal.open(path()))
                .hasMessageContaining("of format 9, not known here");
    }

    /** Orders, resumes, faults and restarts at random, against a map. The seed is in the name. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isAMapThatSurvives(long seed) throws IOException {
        Random random = new Random(seed);
        Map<UUID, StopOrder> model = new LinkedHashMap<>();
        FaultyFile file = file();
        StopJournal journal = StopJournal.open(file);
        long next = 1;
        for (int step = 0; step < 1_500; step++) {
            int dice = random.nextInt(100);
            if (dice < 8) {
                file.failNext(1);
            } else if (dice < 12) {
                file.tearNext(random.nextInt(JournalSlot.CRC_AT));
            }
            if (dice > 98) {
                file.failNext(0);
                file.tearNext(-1);
                journal.close();
                file = file();
                journal = StopJournal.open(file);
                assertThat(journal.inForce()).containsExactlyInAnyOrderElementsOf(model.values());
            } else if (random.nextInt(100) < 55 && model.size() < 700) {
                StopOrder order = order(next++);
                while (!model.containsKey(order.id())) {
                    try {
                        journal.order(order);
                        model.put(order.id(), order);
                    } catch (IOException again) {
                        assertThat(again).hasMessageMatching("No space.*|Input/output.*");
                    }
                }
            } else if (!model.isEmpty()) {
                List<UUID> ids = new ArrayList<>(model.keySet());
                UUID id = ids.get(random.nextInt(ids.size()));
                try {
                    journal.resumed(id);
                    model.remove(id);
                } catch (IOException stays) {
                    assertThat(journal.inForce()).contains(model.get(id));
                }
            }
        }
        journal.close();
        assertThat(readAgain()).containsExactlyInAnyOrderElementsOf(model.values());
    }
}
