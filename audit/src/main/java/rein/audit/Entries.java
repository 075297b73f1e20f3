package rein.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * The stored bytes of a log by index: from full entry bundles, and behind them from the pending
 * segments. Works while the log is written. Safe for any thread.
 */
final class Entries {
    private final Path log;
    private final LogFiles files;

    Entries(Path log, LogFiles files) {
        this.log = log;
        this.files = files;
    }

    /** The records {@code number * 256} and on, at most 256, as far as they are written. */
    List<byte[]> bundle(long number) throws IOException {
        Path full = TilePath.bundle(log, number);
        // A record moves from a segment to a bundle while it is looked for: a second look finds it.
        for (int look = 0; look < 2; look++) {
            if (Files.exists(full)) {
                return split(Files.readAllBytes(full));
            }
            Optional<List<byte[]>> pending = pending(number * TilePath.WIDTH);
            if (pending.isPresent()) {
                return pending.get();
            }
        }
        return List.of();
    }

    /** How many records are written. */
    long size() throws IOException {
        IOException moved = new IOException("the pending segments of " + log + " moved");
        for (int look = 0; look < 2; look++) {
            NavigableSet<Long> firsts = Segments.list(log);
            if (firsts.isEmpty()) {
                return 0;
            }
            try (FrameReader reader = open(firsts.last())) {
                while (reader.next().isPresent()) {}
                return reader.index();
            } catch (NoSuchFileException e) {
                // The writer went on to a new segment.
                moved = e;
            }
        }
        throw moved;
    }

    private Optional<List<byte[]>> pending(long from) throws IOException {
        Long first = Segments.list(log).floor(from);
        if (first == null) {
            return Optional.empty();
        }
        List<byte[]> found = new ArrayList<>();
        try (FrameReader reader = open(first)) {
            while (found.size() < TilePath.WIDTH) {
                Optional<byte[]> record = reader.next();
                if (record.isEmpty()) {
                    break;
                }
                if (reader.index() > from) {
                    found.add(record.get());
                }
            }
        } catch (NoSuchFileException moved) {
            return Optional.empty();
        }
        return Optional.of(found);
    }

    private FrameReader open(long first) throws IOException {
        return new FrameReader(files.reading(Segments.path(log, first)), first);
    }

    private static List<byte[]> split(byte[] bundle) throws IOException {
        List<byte[]> entries = new ArrayList<>(TilePath.WIDTH);
        ByteBuffer buffer = ByteBuffer.wrap(bundle);
        int at = 0;
        while (at < bundle.length) {
            int end =
                    at + Short.BYTES > bundle.length
                            ? Integer.MAX_VALUE
                            : at + Short.BYTES + Short.toUnsignedInt(buffer.getShort(at));
            if (end > bundle.length) {
                throw new IOException(
                        "an entry bundle ends inside entry "
                                + entries.size()
                                + "; run audit verify");
            }
            entries.add(Arrays.copyOfRange(bundle, at + Short.BYTES, end));
            at = end;
        }
        return entries;
    }
}
