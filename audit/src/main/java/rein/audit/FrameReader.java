package rein.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the frames of one pending segment in order, from its first record. Stops at the first frame
 * that is not whole; may be asked again later, when more was written. Used by one thread.
 */
final class FrameReader implements Closeable {
    /** Bytes read at once: large enough for 300 usual records, and for the longest frame. */
    private static final int WINDOW_BYTES = 256 * 1024;

    private final LogFiles.OpenFile file;
    private final byte[] window = new byte[WINDOW_BYTES];
    private long windowAt;
    private int windowBytes;
    private long position;
    private long index;

    FrameReader(LogFiles.OpenFile file, long firstIndex) {
        this.file = file;
        this.index = firstIndex;
    }

    /** Index of the record that comes next. */
    long index() {
        return index;
    }

    /** Where the next frame starts. */
    long position() {
        return position;
    }

    LogFiles.OpenFile file() {
        return file;
    }

    /** The next record, or empty where no whole frame follows. */
    Optional<byte[]> next() throws IOException {
        Optional<byte[]> found = parse();
        if (found.isEmpty()) {
            // What was read ahead may be older than what is on the disk by now.
            windowBytes = 0;
            found = parse();
        }
        return found;
    }

    private Optional<byte[]> parse() throws IOException {
        if (!have(Frame.HEAD_BYTES)) {
            return Optional.empty();
        }
        ByteBuffer head = ByteBuffer.wrap(window);
        int at = (int) (position - windowAt);
        int length = Short.toUnsignedInt(head.getShort(at));
        int sum = head.getInt(at + Short.BYTES);
        if (length == 0 || !have(Frame.HEAD_BYTES + length)) {
            return Optional.empty();
        }
        int from = (int) (position - windowAt) + Frame.HEAD_BYTES;
        if (Frame.sum(index, window, from, length) != sum) {
            return Optional.empty();
        }
        position += Frame.HEAD_BYTES + length;
        index++;
        return Optional.of(Arrays.copyOfRange(window, from, from + length));
    }

    private boolean have(int bytes) throws IOException {
        if (position >= windowAt && position + bytes <= windowAt + windowBytes) {
            return true;
        }
        ByteBuffer buffer = ByteBuffer.wrap(window);
        while (buffer.hasRemaining()) {
            int count = file.read(buffer, position + buffer.position());
            if (count < 0) {
                break;
            }
        }
        windowAt = position;
        windowBytes = buffer.position();
        return bytes <= windowBytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
