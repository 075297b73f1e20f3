package rein.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The content of one owner and one day, append-only: uint32 length, 32 bytes address, the sealed
 * text. The index is read from the file when it is opened. Guarded by the content store's lock.
 */
final class ContentSegment implements Closeable {
    static final int ADDRESS_BYTES = 32;
    private static final int HEAD_BYTES = Integer.BYTES + ADDRESS_BYTES;

    private record Place(long offset, int length) {}

    private final LogFiles.OpenFile file;
    private final Map<String, Place> index = new HashMap<>();
    private long end;
    private boolean unforced;

    ContentSegment(LogFiles.OpenFile file, int sealedBytesMax) throws IOException {
        this.file = file;
        long size = file.size();
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        while (end + HEAD_BYTES <= size) {
            head.clear();
            readFully(head, end);
            int length = head.getInt(0);
            if (length < 1 || length > sealedBytesMax || end + HEAD_BYTES + length > size) {
                break;
            }
            byte[] address = Arrays.copyOfRange(head.array(), Integer.BYTES, HEAD_BYTES);
            index.put(HexFormat.of().formatHex(address), new Place(end + HEAD_BYTES, length));
            end += HEAD_BYTES + length;
        }
        if (end < size) {
            // Cut off by a crash; no record refers to it.
            file.truncate(end);
        }
    }

    boolean has(String address) {
        return index.containsKey(address);
    }

    void append(String address, byte[] sealed) throws IOException {
        ByteBuffer frame =
                ByteBuffer.allocate(HEAD_BYTES + sealed.length)
                        .putInt(sealed.length)
                        .put(HexFormat.of().parseHex(address))
                        .put(sealed)
                        .flip();
        try {
            file.write(frame, end);
        } catch (NoRoomException e) {
            file.truncate(end);
            throw e;
        }
        index.put(address, new Place(end + HEAD_BYTES, sealed.length));
        end += HEAD_BYTES + sealed.length;
        unforced = true;
    }

    Optional<byte[]> read(String address) throws IOException {
        Optional<Place> place = Optional.ofNullable(index.get(address));
        if (place.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer sealed = ByteBuffer.allocate(place.get().length());
        readFully(sealed, place.get().offset());
        return Optional.of(sealed.array());
    }

    private void readFully(ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            if (file.read(into, position + into.position()) < 0) {
                throw new IOException("a content segment ends before its index says so");
            }
        }
    }

    boolean unforced() {
        return unforced;
    }

    void sync() throws IOException {
        file.sync();
        unforced = false;
    }

    @Override
    public void close() throws IOException {
        if (unforced) {
            sync();
        }
        file.close();
    }
}
