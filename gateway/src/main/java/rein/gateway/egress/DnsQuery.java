package rein.gateway.egress;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A DNS query as far as it is answered here (RFC 1035 §4). */
sealed interface DnsQuery {
    int A = 1;
    int AAAA = 28;
    int IN = 1;
    int HEADER_BYTES = 12;

    /** A DNS message over UDP without EDNS (RFC 1035 §4.2.1); a question is far shorter. */
    int MESSAGE_BYTES_MAX = 512;

    /** Response codes (RFC 1035 §4.1.1). */
    int NO_ERROR = 0;

    int FORMAT_ERROR = 1;
    int SERVER_FAILURE = 2;
    int NOT_IMPLEMENTED = 4;
    int REFUSED = 5;

    /** A cached answer outlives a run's memory of a name rarely, and costs one packet. */
    int TTL_SECONDS = 60;

    /**
     * What is asked.
     *
     * @param name as asked, in lower case, without the last dot; it may hold any characters
     * @param question the question section as sent, to be repeated in the answer
     */
    record Question(
            int id,
            boolean recursionDesired,
            String name,
            int type,
            int qclass,
            ByteBuffer question)
            implements DnsQuery {}

    /** Has a header, and what follows cannot be answered with more than this code. */
    record Unanswerable(int id, int code) implements DnsQuery {}

    /** Not a query: nothing is answered. */
    record Ignored() implements DnsQuery {}

    /** Never throws, whatever the bytes are. */
    static DnsQuery read(ByteBuffer message) {
        if (message.remaining() < HEADER_BYTES) {
            return new Ignored();
        }
        int id = message.getShort() & 0xffff;
        int flags = message.getShort() & 0xffff;
        int questions = message.getShort() & 0xffff;
        message.position(message.position() + 6); // other counts; an OPT record is not looked at
        if ((flags & 0x8000) != 0) {
            return new Ignored();
        }
        if ((flags & 0x7800) != 0) {
            return new Unanswerable(id, NOT_IMPLEMENTED);
        }
        if (questions != 1) {
            return new Unanswerable(id, FORMAT_ERROR);
        }
        int start = message.position();
        try {
            String name = name(message);
            int type = message.getShort() & 0xffff;
            int qclass = message.getShort() & 0xffff;
            ByteBuffer question = message.slice(start, message.position() - start);
            return new Question(id, (flags & 0x0100) != 0, name, type, qclass, question);
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            return new Unanswerable(id, FORMAT_ERROR);
        }
    }

    /** Labels of at most 63 bytes, 255 in all, no compression: a question needs none. */
    private static String name(ByteBuffer from) {
        StringBuilder name = new StringBuilder();
        int start = from.position();
        while (true) {
            int length = from.get() & 0xff;
            if (length == 0) {
                return name.toString().toLowerCase(Locale.ROOT);
            }
            if (length > 63 || from.position() - start + length > 255) {
                throw new IllegalArgumentException("label of " + length);
            }
            byte[] label = new byte[length];
            from.get(label);
            if (!name.isEmpty()) {
                name.append('.');
            }
            name.append(new String(label, StandardCharsets.ISO_8859_1));
        }
    }

    /** An answer without records: no data, or an error. */
    static ByteBuffer answer(Question to, int code) {
        ByteBuffer answer = ByteBuffer.allocate(MESSAGE_BYTES_MAX);
        header(answer, to.id(), to.recursionDesired(), code, 1, 0);
        return answer.put(to.question().duplicate()).flip();
    }

    /** An answer with one address. */
    static ByteBuffer answer(Question to, byte[] address) {
        ByteBuffer answer = ByteBuffer.allocate(MESSAGE_BYTES_MAX);
        header(answer, to.id(), to.recursionDesired(), NO_ERROR, 1, 1);
        answer.put(to.question().duplicate());
        answer.putShort((short) (0xc000 | HEADER_BYTES)); // the name in the question
        answer.putShort((short) A).putShort((short) IN).putInt(TTL_SECONDS);
        return answer.putShort((short) address.length).put(address).flip();
    }

    static ByteBuffer answer(Unanswerable to) {
        ByteBuffer answer = ByteBuffer.allocate(HEADER_BYTES);
        header(answer, to.id(), false, to.code(), 0, 0);
        return answer.flip();
    }

    private static void header(
            ByteBuffer answer, int id, boolean desired, int code, int questions, int answers) {
        int flags = 0x8000 | 0x0080 | (desired ? 0x0100 : 0) | code;
        answer.putShort((short) id).putShort((short) flags);
        answer.putShort((short) questions).putShort((short) answers).putInt(0);
    }
}
