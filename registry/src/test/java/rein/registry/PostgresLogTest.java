package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresLogTest {
    @TempDir Path folder;

    @Test
    void keepsTheLatestWithinItsBounds() throws Exception {
        PostgresLog log = new PostgresLog(folder);
        String line = "x".repeat(4_000);
        int lines = (PostgresLog.OLD_FILES_MAX + 3) * PostgresLog.FILE_BYTES_MAX / line.length();
        for (int i = 0; i < lines; i++) {
            log.write(line);
        }
        log.write("the last");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList())
                    .hasSize(PostgresLog.OLD_FILES_MAX + 1)
                    .allMatch(file -> file.toFile().length() <= PostgresLog.FILE_BYTES_MAX);
        }
        assertThat(Files.readAllLines(log.file(0)).getLast()).isEqualTo("the last");
        assertThat(log.lastLines()).hasSize(5).last().isEqualTo("the last");
        assertThat(log.linesLost()).isZero();
    }

    @Test
    void aLostLineIsCountedAndHurtsNobody() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        PostgresLog log = new PostgresLog(file);
        log.write("nowhere to go");
        assertThat(log.linesLost()).isEqualTo(1);
        assertThat(log.lastLines()).containsExactly("nowhere to go");
    }
}
