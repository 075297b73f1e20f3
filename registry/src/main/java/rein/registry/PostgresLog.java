package rein.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What PostgreSQL says, in {@code postgres.log} and a few older files beside it. A full disk loses
 * lines here, never the database's work: they are counted. Safe for any thread.
 */
final class PostgresLog {
    /** One day of ordinary talk is some kilobytes; a mebibyte holds a bad day. */
    static final int FILE_BYTES_MAX = 1024 * 1024;

    static final int OLD_FILES_MAX = 3;

    /** For the message of a failed start. */
    private static final int LAST_LINES_MAX = 5;

    private final Path folder;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<String> lastLines = new ArrayDeque<>();
    private long linesLost;

    PostgresLog(Path folder) {
        this.folder = folder;
    }

    void write(String line) {
        lock.lock();
        try {
            if (lastLines.size() == LAST_LINES_MAX) {
                lastLines.removeFirst();
            }
            lastLines.addLast(line);
            try {
                append((line + "\n").getBytes(UTF_8));
            } catch (IOException e) {
                linesLost++;
            }
        } finally {
            lock.unlock();
        }
    }

    List<String> lastLines() {
        lock.lock();
        try {
            return List.copyOf(lastLines);
        } finally {
            lock.unlock();
        }
    }

    long linesLost() {
        lock.lock();
        try {
            return linesLost;
        } finally {
            lock.unlock();
        }
    }

    private void append(byte[] line) throws IOException {
        Path current = file(0);
        if (!Files.exists(current)) {
            Files.createFile(
                    current,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } else if (Files.size(current) + line.length > FILE_BYTES_MAX) {
            for (int age = OLD_FILES_MAX; age > 0; age--) {
                if (Files.exists(file(age - 1))) {
                    Files.move(file(age - 1), file(age), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Files.write(current, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    Path file(int age) {
        return folder.resolve(age == 0 ? "postgres.log" : "postgres.log." + age);
    }
}
