package rein.audit;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One record in a pending segment: big-endian uint16 length, uint32 CRC-32C over the record's index
 * (8 bytes) and its bytes, the bytes. A length of zero is where the written part ends, since
 * segments are filled with zeros ahead of the data.
 *
 * <p>The index is part of the checksum, so that a frame that was written elsewhere is not taken for
 * one that belongs here.
 */
final class Frame {
    static final int HEAD_BYTES = 6;

    private Frame() {}

    static void write(ByteBuffer into, long index, byte[] from, int length) {
        into.putShort((short) length);
        into.putInt(sum(index, from, 0, length));
        into.put(from, 0, length);
    }

    static int sum(long index, byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, index));
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
