package rein.gateway.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a SOCKS client asks for: RFC 1928 §4, and the SOCKS4 memo with its 4A extension. Only
 * CONNECT by name or by IPv4 address is served.
 */
sealed interface SocksHead {
    /**
     * A request.
     *
     * @param bytes how long it was
     */
    record Connect(Destination to, int bytes) implements SocksHead {}

    /** More bytes are needed. */
    record More() implements SocksHead {}

    /**
     * It is not served.
     *
     * @param what is wrong with it, as a clause
     */
    record Refused(SocksReply reply, String what) implements SocksHead {}

    int CONNECT = 1;
    int IPV4 = 1;
    int NAME = 3;
    int IPV6 = 4;

    /** Reads a request that begins at the first byte. */
    static SocksHead read(int version, byte[] bytes, int length) {
        return version == 5 ? five(bytes, length) : four(bytes, length);
    }

    private static SocksHead five(byte[] bytes, int length) {
        if (length < 4) {
            return new More();
        }
        if (bytes[0] != 5 || bytes[2] != 0) {
            return new Refused(SocksReply.FAILED, "the request is malformed");
        }
        if (bytes[1] != CONNECT) {
            return unserved();
        }
        return switch (bytes[3]) {
            case IPV4 -> length < 10 ? new More() : address(bytes, 4, port(bytes, 8), 10);
            case NAME -> {
                int size = length < 5 ? 0 : bytes[4] & 0xff;
                int whole = 5 + size + 2;
                yield length < 5 || length < whole
                        ? new More()
                        : name(bytes, 5, size, port(bytes, whole - 2), whole);
            }
            case IPV6 ->
                    new Refused(
                            SocksReply.ADDRESS_TYPE, "it asks for an IPv6 address, not for a name");
            default -> new Refused(SocksReply.ADDRESS_TYPE, "its address type is unknown");
        };
    }

    private static SocksHead four(byte[] bytes, int length) {
        if (length >= 2 && bytes[1] != CONNECT) {
            return unserved();
        }
        int user = end(bytes, 8, length);
        if (user < 0) {
            return new More();
        }
        int port = port(bytes, 2);
        boolean named = bytes[4] == 0 && bytes[5] == 0 && bytes[6] == 0 && bytes[7] != 0;
        if (!named) {
            return address(bytes, 4, port, user + 1);
        }
        int name = end(bytes, user + 1, length);
        return name < 0 ? new More() : name(bytes, user + 1, name - user - 1, port, name + 1);
    }

    private static SocksHead unserved() {
        return new Refused(
                SocksReply.COMMAND, "only CONNECT is served, neither BIND nor UDP ASSOCIATE");
    }

    /** Index of the next zero byte, -1 if there is none yet. */
    private static int end(byte[] bytes, int from, int length) {
        for (int i = from; i < length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private static SocksHead address(byte[] bytes, int at, int port, int whole) {
        try {
            byte[] four = {bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]};
            return port == 0
                    ? new Refused(SocksReply.FAILED, "its port is 0")
                    : new Connect(Destination.of(InetAddress.getByAddress(four), port), whole);
        } catch (UnknownHostException notFourBytes) {
            throw new IllegalStateException(notFourBytes);
        }
    }

    private static SocksHead name(byte[] bytes, int at, int size, int port, int whole) {
        String text = new String(bytes, at, size, StandardCharsets.ISO_8859_1);
        if (text.indexOf(':') >= 0) {
            return new Refused(
                    SocksReply.ADDRESS_TYPE, "it asks for an IPv6 address, not for a name");
        }
        Optional<Destination> to = Destination.parse(text, port);
        return to.isPresent()
                ? new Connect(to.get(), whole)
                : new Refused(SocksReply.UNREACHABLE, "it names no host that could be reached");
    }

    private static int port(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getShort(at) & 0xffff;
    }
}
