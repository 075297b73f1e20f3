package rein.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The pending segments of a log: {@code pending/<index of the first record>}, twenty digits. The
 * first index is always a multiple of 256, so that a segment never shares an entry bundle.
 */
final class Segments {
    private Segments() {}

    static Path folder(Path log) {
        return log.resolve("pending");
    }

    static Path path(Path log, long firstIndex) {
        String digits = Long.toString(firstIndex);
        return folder(log).resolve("0".repeat(20 - digits.length()) + digits);
    }

    /** First indexes of the segments that exist, in order. */
    static NavigableSet<Long> list(Path log) throws IOException {
        NavigableSet<Long> found = new TreeSet<>();
        if (!Files.isDirectory(folder(log))) {
            return found;
        }
        try (Stream<Path> files = Files.list(folder(log))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.length() == 20 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    found.add(Long.parseLong(name));
                }
            }
        }
        return found;
    }
}
