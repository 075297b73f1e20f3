package rein.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Reads and writes the kernel's control files, where one write is one command. */
final class KernelFile {
    private KernelFile() {}

    /** Adds to what is there, as the kernel defines it for this file; never truncates. */
    static void write(Path file, String value) {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SYSTEM_CALL,
                    "The kernel refused '" + value + "' for " + file + ": " + e.getMessage(),
                    e);
        }
    }

    static boolean tryWrite(Path file, String value) {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Empty where the file is absent or goes away while it is read. */
    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** At most so many bytes; empty where the file is absent or goes away while it is read. */
    static Optional<byte[]> readBytes(Path file, int bytesMax) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(bytesMax));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The number after a key in a file of "key number" lines; 0 where it is absent. */
    static long number(Optional<String> text, String key) {
        return text.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(key + " "))
                .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    /** The value of a line in a process's status (proc(5)). */
    static Optional<String> status(long pid, String key) {
        return read(Path.of("/proc", Long.toString(pid), "status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }
}
