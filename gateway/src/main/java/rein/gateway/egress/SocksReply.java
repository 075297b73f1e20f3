package rein.gateway.egress;

import java.nio.ByteBuffer;
import rein.gateway.Refusals;

/** The replies of RFC 1928 §6 that this door gives; SOCKS4 knows only yes and no. */
enum SocksReply {
    SUCCEEDED(0),
    FAILED(1),
    NOT_ALLOWED(2),
    UNREACHABLE(4),
    COMMAND(7),
    ADDRESS_TYPE(8);

    private static final byte FOUR_GRANTED = 0x5a;
    private static final byte FOUR_REJECTED = 0x5b;

    private final int code;

    SocksReply(int code) {
        this.code = code;
    }

    /** The reply to a denial with this code. */
    static SocksReply of(String denial) {
        return switch (denial) {
            case Refusals.NAME_NOT_FOUND, Refusals.NAME_FORGOTTEN -> UNREACHABLE;
            case Refusals.DOOR_ERROR,
                    Refusals.NOT_RECORDED,
                    Refusals.BAD_REQUEST,
                    Refusals.TOO_MANY_CONNECTIONS ->
                    FAILED;
            default -> NOT_ALLOWED;
        };
    }

    /** On the wire. The bound address is not told; no client of CONNECT needs it. */
    ByteBuffer bytes(int version) {
        return ByteBuffer.wrap(
                version == 5
                        ? new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0}
                        : new byte[] {
                            0, this == SUCCEEDED ? FOUR_GRANTED : FOUR_REJECTED, 0, 0, 0, 0, 0, 0
                        });
    }
}
