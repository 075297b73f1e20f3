package rein.audit.verify;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The records behind the newest checkpoint, from the files {@code pending/<first index>}: frames of
 * uint16 length, uint32 CRC-32C over index (8 bytes) and record, the record; zeros behind the last.
 * The files are opened first and stay readable while a live writer goes on.
 */
final class PendingTail implements Closeable {
    private static final int HEAD_BYTES = 6;
    private final Path log;
    private final TreeMap<Long, FileChannel> segments = new TreeMap<>();

    /** Takes what is found, in order. */
    interface Visitor {
        void record(long index, String where, byte[] bytes, int from, int length);

        void failure(String where, String what);

        /** Bytes that are not a whole record, at the very end. */
        void torn(long bytes);
    }

    PendingTail(Path log) throws IOException {
        this.log = log;
        Path folder = log.resolve("pending");
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.matches("[0-9]{20}")) {
                    open(Long.parseLong(name), file);
                }
            }
        }
    }

    private void open(long first, Path file) throws IOException {
        try {
            segments.put(first, FileChannel.open(file, StandardOpenOption.READ));
        } catch (NoSuchFileException sealed) {
            // A live writer has just moved all of it into bundles, where it is checked.
            return;
        }
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    /** Visits all records from this index on. */
    void from(long wanted, Visitor visitor) throws IOException {
        long expected = segments.isEmpty() ? wanted : segments.firstKey();
        if (expected > wanted) {
            visitor.failure(
                    "pending", "records " + wanted + " to " + (expected - 1) + " are missing");
        }
        for (Map.Entry<Long, FileChannel> segment : segments.entrySet()) {
            long first = segment.getKey();
            String file =
                    log.relativize(log.resolve("pending").resolve(String.format("%020d", first)))
                            .toString();
            if (first != expected) {
                visitor.failure(
                        file, "starts at record " + first + "; record " + expected + " is missing");
            }
            boolean last = first == segments.lastKey();
            byte[] bytes = all(segment.getValue());
            expected = visit(file, first, bytes, last, wanted, visitor);
        }
    }

    private static long visit(
            String file, long first, byte[] bytes, boolean last, long wanted, Visitor visitor) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long index = first;
        int at = 0;
        while (whole(buffer, at, index)) {
            int length = Short.toUnsignedInt(buffer.getShort(at));
            if (index >= wanted) {
                visitor.record(
                        index,
                        file + " entry " + index + " byte " + at,
                        bytes,
                        at + HEAD_BYTES,
                        length);
            }
            at += HEAD_BYTES + length;
            index++;
        }
        int end = bytes.length;
        while (end > at && bytes[end - 1] == 0) {
            end--;
        }
        if (end > at) {
            String where = file + " entry " + index + " byte " + at;
            int length = at + 2 <= bytes.length ? Short.toUnsignedInt(buffer.getShort(at)) : 0;
            if (!last || whole(buffer, at + HEAD_BYTES + length, index + 1)) {
                visitor.failure(where, "the record is damaged, and others follow it");
            } else {
                visitor.torn(end - at);
            }
        }
        return index;
    }

    private static boolean whole(ByteBuffer buffer, int at, long index) {
        if (at + HEAD_BYTES > buffer.capacity()) {
            return false;
        }
        int length = Short.toUnsignedInt(buffer.getShort(at));
        if (length == 0 || at + HEAD_BYTES + length > buffer.capacity()) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, index));
        crc.update(buffer.slice(at + HEAD_BYTES, length));
        return (int) crc.getValue() == buffer.getInt(at + 2);
    }

    private static byte[] all(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
        return bytes.array();
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : segments.values()) {
            channel.close();
        }
    }
}
