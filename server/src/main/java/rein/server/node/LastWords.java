package rein.server.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Where the node leaves its last word on a run, for whoever waits for it: root in the data folder,
 * an ordinary caller in a folder that they can enter.
 *
 * @param own below the data folder
 * @param shared below {@code /run}; empty where no ordinary user can call
 */
public record LastWords(Path own, Optional<Path> shared) {
    /** The launcher looks for two seconds. */
    private static final int KEPT_SECONDS = 60;

    Path folder(UUID run, OptionalInt callerUid) {
        return shared.filter(_ -> callerUid.isPresent()).orElse(own).resolve(run.toString());
    }

    /**
     * Leaves the lines. INVARIANT: only root can write in the folder, so the file that is given to
     * its reader is the one just made.
     */
    static void leave(Path folder, Path file, List<String> lines, OptionalInt readerUid)
            throws IOException {
        Path fresh = folder.resolve("last-word.new");
        Files.write(fresh, lines);
        if (readerUid.isPresent()) {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r--------"));
            Files.setAttribute(fresh, "unix:uid", readerUid.getAsInt());
        }
        Files.move(fresh, file);
    }

    /** Removes what was left for ordinary callers and has been read by now. */
    void sweep(Instant now) {
        if (shared.isEmpty()) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(shared.get())) {
            for (Path folder : folders) {
                Path word = folder.resolve("last-word");
                if (Files.exists(word)
                        && Files.getLastModifiedTime(word)
                                .toInstant()
                                .isBefore(now.minusSeconds(KEPT_SECONDS))) {
                    Files.delete(word);
                    Files.delete(folder);
                }
            }
        } catch (IOException e) {
            System.getLogger(LastWords.class.getName())
                    .log(System.Logger.Level.WARNING, "sweeping " + shared.get(), e);
        }
    }
}
