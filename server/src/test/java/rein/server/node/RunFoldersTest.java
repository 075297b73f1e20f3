package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.SimulatedTime;

/** A run's folder goes when nobody looks into it any more. */
final class RunFoldersTest {
    private final SimulatedTime time = new SimulatedTime();

    @TempDir Path root;

    private Path made(RunFolders folders, UUID run) throws IOException {
        Path folder = Files.createDirectories(folders.of(run, OptionalInt.empty()));
        Files.writeString(folder.resolve("last-word"), "rein: 0 denied, 0 findings\n");
        return folder;
    }

    @Test
    void aLastWordStaysForItsReaderAndThenGoes() throws IOException {
        RunFolders folders = new RunFolders(root, Optional.empty(), time);
        Path first = made(folders, new UUID(0, 1));
        folders.over(first);
        time.advance(Duration.ofSeconds(30));
        Path second = made(folders, new UUID(0, 2));
        folders.over(second);
        folders.sweep();
        assertThat(first).exists();
        time.advance(Duration.ofSeconds(30));
        folders.sweep();
        assertThat(first).doesNotExist();
        assertThat(second).exists();
    }

    @Test
    void aStartKeepsTheFoldersOfRunsThatGoOn() throws IOException {
        RunFolders folders = new RunFolders(root, Optional.empty(), time);
        Path stale = made(folders, new UUID(0, 1));
        Path kept = made(folders, new UUID(0, 2));
        folders.keepOnly(Set.of(new UUID(0, 2)));
        assertThat(stale).doesNotExist();
        assertThat(kept.resolve("last-word")).exists();
    }
}
