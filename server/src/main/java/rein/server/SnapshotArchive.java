package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import rein.server.http.Json;
import rein.server.policy.Texts;
import tools.jackson.core.JacksonException;

/**
 * The texts of earlier snapshots, a file each in a 0700 folder. What is read back has to be checked
 * against its signature by whoever reads it. Called under the store's lock for writing.
 */
record SnapshotArchive(Path folder, int max) {
    /** More than any snapshot; a larger file is none of ours. */
    private static final long FILE_BYTES_MAX = 64L * 1024 * 1024;

    /** A snapshot and what its signature is about. */
    record Archived(SnapshotStore.Kept kept, List<Texts> texts) {
        Archived {
            texts = List.copyOf(texts);
        }
    }

    /** Keeps it before it is in force; the oldest beyond the bound go. */
    void keep(Archived archived) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        Path file = file(archived.kept().number());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, Json.bytes(archived));
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> newestFirst =
                    files.filter(path -> path.toString().endsWith(".json"))
                            .sorted(Comparator.reverseOrder())
                            .toList();
            for (Path old :
                    newestFirst.subList(Math.min(max, newestFirst.size()), newestFirst.size())) {
                Files.delete(old);
            }
        }
    }

    Optional<Archived> find(long number) {
        Path file = file(number);
        try {
            return Files.isRegularFile(file) && Files.size(file) <= FILE_BYTES_MAX
                    ? Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), Archived.class))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** Sorted by name is sorted by number. */
    private Path file(long number) {
        return folder.resolve("%012d.json".formatted(number));
    }
}
