package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's folder goes when nobody looks into it any more. */
final class LastWordsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @TempDir Path root;

    private LastWords words;

    @BeforeEach
    void folders() throws IOException {
        words =
                new LastWords(
                        Files.createDirectory(root.resolve("own")),
                        Optional.of(Files.createDirectory(root.resolve("shared"))));
    }

    /** Said so many seconds ago. */
    private Path said(UUID run, OptionalInt caller, int secondsAgo) throws IOException {
        Path folder = Files.createDirectories(words.folder(run, caller));
        Path word = folder.resolve("last-word");
        LastWords.leave(folder, word, List.of("rein: 0 denied"), OptionalInt.empty());
        Files.setLastModifiedTime(word, FileTime.from(NOW.minusSeconds(secondsAgo)));
        return folder;
    }

    @Test
    void aLastWordStaysForItsReaderAndThenGoes() throws IOException {
        Path old = said(new UUID(0, 1), OptionalInt.empty(), 61);
        Path fresh = said(new UUID(0, 2), OptionalInt.empty(), 30);
        Path oldOfACaller = said(new UUID(0, 3), OptionalInt.of(1000), 61);
        Path live = Files.createDirectories(words.folder(new UUID(0, 4), OptionalInt.empty()));
        words.sweep(NOW);
        assertThat(old).doesNotExist();
        assertThat(oldOfACaller).doesNotExist();
        assertThat(fresh).exists();
        assertThat(live).exists();
    }

    @Test
    void aStartKeepsTheFoldersOfRunsThatGoOn() throws IOException {
        Path stale = said(new UUID(0, 1), OptionalInt.empty(), 1);
        Path kept = said(new UUID(0, 2), OptionalInt.empty(), 1);
        words.keepOnly(Set.of(new UUID(0, 2)));
        assertThat(stale).doesNotExist();
        assertThat(kept.resolve("last-word")).exists();
    }
}
