package rein.gateway.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import rein.gateway.DenialText;

/** Tells the agent why, in the protocol it speaks, then ends the connection. */
final class Explanation {
    /** RFC 8446 §6.2: access_denied. */
    private static final byte[] TLS_ALERT = {21, 3, 3, 0, 2, 2, 49};

    private static final byte SSH_MSG_DISCONNECT = 1;

    /** RFC 4253 §11.1. */
    private static final int SSH_DISCONNECT_HOST_NOT_ALLOWED_TO_CONNECT = 1;

    private Explanation() {}

    static void give(Opening opening, Clearance.Refused refused, Wire agent) {
        try {
            ByteBuffer answer =
                    switch (opening) {
                        case Opening.Http _ -> HttpAnswer.denial(refused, true);
                        case Opening.Tls _ -> ByteBuffer.wrap(TLS_ALERT.clone());
                        case Opening.Ssh() ->
                                sshDisconnect(DenialText.line(refused.decision(), refused.lift()));
                        case Opening.Stratum() ->
                                stratum(DenialText.line(refused.decision(), refused.lift()));
                        case Opening.Socks(int version) -> socks(version);
                        case Opening.Unknown(), Opening.Silent() -> ByteBuffer.allocate(0);
                    };
            if (answer.hasRemaining()) {
                agent.write(answer);
            }
        } catch (IOException gone) {
            // The agent did not wait for the reason; it is in the record.
        }
        agent.linger();
    }

    /** Our version line, then one unencrypted binary packet (RFC 4253 §4.2, §6, §11.1). */
    static ByteBuffer sshDisconnect(String reason) {
        byte[] hello = "SSH-2.0-Rein\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        int payload = 1 + 4 + 4 + text.length + 4;
        int padding = 8 - (5 + payload) % 8;
        if (padding < 4) {
            padding += 8;
        }
        return ByteBuffer.allocate(hello.length + 5 + payload + padding)
                .put(hello)
                .putInt(1 + payload + padding)
                .put((byte) padding)
                .put(SSH_MSG_DISCONNECT)
                .putInt(SSH_DISCONNECT_HOST_NOT_ALLOWED_TO_CONNECT)
                .putInt(text.length)
                .put(text)
                .putInt(0) // language tag, empty
                .put(new byte[padding])
                .flip();
    }

    /** A JSON-RPC error as pools send it; the line is ASCII and has no quotes to escape. */
    private static ByteBuffer stratum(String reason) {
        String text = reason.replace("\\", "/").replace('"', '\'');
        return ByteBuffer.wrap(
                ("{\"id\":1,\"result\":null,\"error\":{\"code\":-32000,\"message\":\""
                                + text
                                + "\"}}\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** RFC 1928 §3: no acceptable methods; SOCKS4: request rejected. */
    private static ByteBuffer socks(int version) {
        return ByteBuffer.wrap(
                version == 5
                        ? new byte[] {5, (byte) 0xff}
                        : new byte[] {0, 0x5b, 0, 0, 0, 0, 0, 0});
    }
}
