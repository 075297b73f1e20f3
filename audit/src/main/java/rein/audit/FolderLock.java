package rein.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * One writer per log: a lock on the file {@code lock}, which ends with the process at the latest.
 */
final class FolderLock {
    private FolderLock() {}

    /** Locks the folder, which is created if absent, for this process. */
    static FileChannel take(Path folder) throws AuditException {
        Optional<FileChannel> channel = Optional.empty();
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel opened =
                    FileChannel.open(
                            folder.resolve("lock"),
                            List.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                                    .toArray(StandardOpenOption[]::new));
            channel = Optional.of(opened);
            Optional<FileLock> lock = Optional.ofNullable(opened.tryLock());
            if (lock.isPresent()) {
                return opened;
            }
        } catch (IOException e) {
            channel.ifPresent(FolderLock::release);
            throw new AuditException(
                    AuditException.Code.IO,
                    "The folder of the audit log cannot be used: " + e.getMessage() + ".",
                    e);
        } catch (OverlappingFileLockException e) {
            channel.ifPresent(FolderLock::release);
            throw taken(folder);
        }
        channel.ifPresent(FolderLock::release);
        throw taken(folder);
    }

    private static AuditException taken(Path folder) {
        return new AuditException(
                AuditException.Code.TAKEN,
                "Another process writes the audit log in "
                        + folder
                        + ". Stop it first (rein down), or use another data folder.");
    }

    /** Gives the folder free. */
    static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest; there is nothing better to do.
            return;
        }
    }
}
