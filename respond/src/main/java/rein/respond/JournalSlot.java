package rein.respond;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import rein.vocabulary.StopOrder;

/**
 * One slot of the journal, {@link #BYTES} long: magic (4), format (1), kind (1), reserved (2),
 * epoch (8), length (4), payload, zeros, CRC-32C of all before it (4), and in the very last byte
 * whether the audit log has it. That byte stands outside the checksum, in a sector without payload,
 * so that setting it can damage nothing.
 */
sealed interface JournalSlot {
    int BYTES = 4_096;
    int MARK_AT = BYTES - 1;
    int SECTOR_BYTES = 512;

    /** Header, payload and checksum stay out of the last sector. */
    int CRC_AT = BYTES - SECTOR_BYTES - 4;

    int PAYLOAD_AT = 20;
    int PAYLOAD_MAX = CRC_AT - PAYLOAD_AT;
    int MAGIC = 0x5245_494e;
    byte FORMAT = 1;
    byte ORDERED = 1;
    byte RESUMED = 2;

    /** Never written. */
    record Empty() implements JournalSlot {}

    /** A write that did not come to its end, or a damaged disk. */
    record Torn() implements JournalSlot {}

    /** Written by a later version of this program; nothing may be guessed about it. */
    record Foreign(int format) implements JournalSlot {}

    /** Whether the audit log holds the order is {@code recorded}. */
    record Ordered(StopOrder order, boolean recorded) implements JournalSlot {}

    /** The order with this id is no longer in force. */
    record Resumed(UUID order, long epoch) implements JournalSlot {}

    static byte[] of(StopOrder order) {
        return slot(ORDERED, order.epoch(), OrderJson.write(order));
    }

    static byte[] resumed(UUID order, long epoch) {
        ByteBuffer id = ByteBuffer.allocate(16);
        id.putLong(order.getMostSignificantBits()).putLong(order.getLeastSignificantBits());
        return slot(RESUMED, epoch, id.array());
    }

    private static byte[] slot(byte kind, long epoch, byte[] payload) {
        if (payload.length > PAYLOAD_MAX) {
            throw new IllegalArgumentException(
                    "the order takes " + payload.length + " bytes; a slot has " + PAYLOAD_MAX);
        }
        ByteBuffer slot = ByteBuffer.allocate(BYTES);
        slot.putInt(MAGIC).put(FORMAT).put(kind).putShort((short) 0).putLong(epoch);
        slot.putInt(payload.length).put(payload);
        slot.putInt(CRC_AT, crc(slot.array()));
        return slot.array();
    }

    static JournalSlot read(byte[] bytes) {
        ByteBuffer slot = ByteBuffer.wrap(bytes);
        if (slot.getInt(0) == 0 && isZero(bytes)) {
            return new Empty();
        }
        if (slot.getInt(0) != MAGIC || slot.getInt(CRC_AT) != crc(bytes)) {
            return new Torn();
        }
        if (slot.get(4) != FORMAT) {
            return new Foreign(slot.get(4));
        }
        int length = slot.getInt(16);
        long epoch = slot.getLong(8);
        return switch (slot.get(5)) {
            case ORDERED ->
                    new Ordered(
                            OrderJson.read(
                                    Arrays.copyOfRange(bytes, PAYLOAD_AT, PAYLOAD_AT + length)),
                            bytes[MARK_AT] != 0);
            case RESUMED ->
                    new Resumed(
                            new UUID(slot.getLong(PAYLOAD_AT), slot.getLong(PAYLOAD_AT + 8)),
                            epoch);
            default -> new Foreign(slot.get(5));
        };
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_AT);
        return (int) crc.getValue();
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
