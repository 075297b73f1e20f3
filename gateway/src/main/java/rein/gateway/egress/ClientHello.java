package rein.gateway.egress;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a TLS client says in the clear before it is answered (RFC 8446 §4.1.2).
 *
 * @param serverName SNI (RFC 6066 §3), in lower case, without a last dot
 * @param alpn protocols offered (RFC 7301), printable ones only
 * @param ech an encrypted_client_hello extension is there (real or GREASE, which cannot be told
 *     apart): the name seen is then the outer one
 */
record ClientHello(Optional<String> serverName, List<String> alpn, boolean ech) {
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;

    /** Protocols kept; browsers offer two or three. */
    private static final int ALPN_MAX = 8;

    /** What is known of a handshake so far. */
    sealed interface Reading {
        record More() implements Reading {}

        record Not() implements Reading {}

        record Whole(ClientHello hello) implements Reading {}
    }

    ClientHello {
        alpn = List.copyOf(alpn);
    }

    /** Reads records from the start of a connection; the message may be split over several. */
    static Reading read(byte[] bytes, int length) {
        ByteBuffer message = ByteBuffer.allocate(Limits.HELLO_BYTES_MAX);
        int at = 0;
        while (true) {
            Optional<Reading> early = prefix(bytes, at, length, message.position());
            if (early.isPresent()) {
                return early.get();
            }
            int size = ((bytes[at + 3] & 0xff) << 8) | (bytes[at + 4] & 0xff);
            int here = Math.min(size, length - at - 5);
            if (message.remaining() < here) {
                return new Reading.Not();
            }
            message.put(bytes, at + 5, here);
            if (message.position() >= 4) {
                int whole = message.getInt(0) & 0x00ff_ffff;
                if (whole + 4 > Limits.HELLO_BYTES_MAX) {
                    return new Reading.Not();
                }
                if (message.position() >= whole + 4) {
                    return parse(message.flip().position(4).limit(whole + 4).slice());
                }
            }
            if (here < size) {
                return new Reading.More();
            }
            at += 5 + size;
        }
    }

    /** Checks the record header at {@code at} byte by byte; empty if it is whole and fits. */
    private static Optional<Reading> prefix(byte[] bytes, int at, int length, int read) {
        int have = length - at;
        boolean bad =
                (have > 0 && bytes[at] != 22)
                        || (have > 1 && bytes[at + 1] != 3)
                        || (have > 2 && (bytes[at + 2] & 0xff) > 4)
                        || (have > 3 && (bytes[at + 3] & 0xff) > 0x40)
                        || (have > 4 && (bytes[at + 3] | bytes[at + 4]) == 0)
                        || (have > 5 && read == 0 && bytes[at + 5] != 1);
        if (bad) {
            return Optional.of(new Reading.Not());
        }
        return have > 5 ? Optional.empty() : Optional.of(new Reading.More());
    }

    private static Reading parse(ByteBuffer body) {
        try {
            body.position(2 + 32); // legacy_version, random
            skip(body, body.get() & 0xff); // legacy_session_id
            skip(body, body.getShort() & 0xffff); // cipher_suites
            skip(body, body.get() & 0xff); // legacy_compression_methods
            if (!body.hasRemaining()) {
                return new Reading.Whole(new ClientHello(Optional.empty(), List.of(), false));
            }
            ByteBuffer extensions = part(body, body.getShort() & 0xffff);
            if (body.hasRemaining()) {
                return new Reading.Not();
            }
            return extensions(extensions);
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            return new Reading.Not();
        }
    }

    private static Reading extensions(ByteBuffer extensions) {
        Optional<String> name = Optional.empty();
        List<String> alpn = List.of();
        boolean ech = false;
        boolean named = false;
        while (extensions.hasRemaining()) {
            int type = extensions.getShort() & 0xffff;
            ByteBuffer data = part(extensions, extensions.getShort() & 0xffff);
            switch (type) {
                case SERVER_NAME -> {
                    if (named) {
                        return new Reading.Not();
                    }
                    named = true;
                    name = Optional.of(serverName(data));
                }
                case ALPN -> alpn = alpn(data);
                case ENCRYPTED_CLIENT_HELLO -> ech = true;
                default -> {
                    // Nothing that is decided on.
                }
            }
        }
        return new Reading.Whole(new ClientHello(name, alpn, ech));
    }

    /** Exactly one host_name; two names could be read differently by the two ends. */
    private static String serverName(ByteBuffer data) {
        ByteBuffer list = part(data, data.getShort() & 0xffff);
        byte type = list.get();
        ByteBuffer text = part(list, list.getShort() & 0xffff);
        String name = StandardCharsets.ISO_8859_1.decode(text).toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (type != 0 || list.hasRemaining() || data.hasRemaining() || !Destination.isName(name)) {
            throw new IllegalArgumentException("not one host name");
        }
        return name;
    }

    private static List<String> alpn(ByteBuffer data) {
        ByteBuffer list = part(data, data.getShort() & 0xffff);
        List<String> names = new ArrayList<>();
        while (list.hasRemaining() && names.size() < ALPN_MAX) {
            ByteBuffer name = part(list, list.get() & 0xff);
            String text = StandardCharsets.ISO_8859_1.decode(name).toString();
            if (text.length() <= 32 && text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                names.add(text);
            }
        }
        return names;
    }

    private static void skip(ByteBuffer from, int bytes) {
        from.position(from.position() + bytes);
    }

    private static ByteBuffer part(ByteBuffer from, int bytes) {
        if (bytes > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = from.slice(from.position(), bytes);
        skip(from, bytes);
        return part;
    }
}
