package rein.gateway.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import rein.gateway.GatewayException;
import rein.gateway.GatewayException.Code;
import rein.vocabulary.Ticker;

/**
 * Opens a tunnel through a proxy with CONNECT (RFC 9110 §9.3.6). Sent once: whatever the proxy
 * says, nothing is sent again.
 */
final class ProxyTunnel {
    private static final Pattern STATUS =
            Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: [^\\r\\n]*)?\\r?\\n");

    private ProxyTunnel() {}

    /**
     * Asks and waits. Neither the request nor the answer counts as bytes of the flow.
     *
     * @param wire connected to the proxy; on return what is read from it is the upstream's
     * @throws GatewayException if the proxy refuses or does not answer in time
     */
    static void open(Wire wire, Destination to, UpstreamProxy proxy, Ticker ticker)
            throws IOException, GatewayException {
        String host = to.host().indexOf(':') >= 0 ? "[" + to.host() + "]" : to.host();
        StringBuilder head = new StringBuilder();
        head.append("CONNECT ").append(host).append(':').append(to.port()).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(host).append(':').append(to.port()).append("\r\n");
        proxy.authorization()
                .ifPresent(
                        value -> head.append("Proxy-Authorization: ").append(value).append("\r\n"));
        ByteBuffer bytes =
                ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            wire.channel().write(bytes);
        }
        int end = answer(wire, proxy, ticker);
        String answer = new String(wire.pending(), 0, end, StandardCharsets.ISO_8859_1);
        Matcher status = STATUS.matcher(answer);
        if (!status.lookingAt()) {
            throw failed("the proxy " + proxy + " does not answer as one");
        }
        int code = Integer.parseInt(status.group(1));
        if (code / 100 != 2) {
            throw refusal(code, proxy);
        }
        wire.skip(end);
    }

    static GatewayException refusal(int status, UpstreamProxy proxy) {
        return switch (status) {
            case 407 ->
                    new GatewayException(
                            Code.PROXY_AUTHENTICATION,
                            "the proxy " + proxy + " wants other credentials (407)");
            case 403 ->
                    new GatewayException(
                            Code.PROXY_REFUSED, "the proxy " + proxy + " forbids it (403)");
            default -> failed("the proxy " + proxy + " answers with status " + status);
        };
    }

    /** Waits for a whole head; returns its length. */
    private static int answer(Wire wire, UpstreamProxy proxy, Ticker ticker)
            throws IOException, GatewayException {
        long deadline = ticker.nanos() + Limits.PROXY_MILLIS_MAX * 1_000_000L;
        while (true) {
            int end = end(wire.pending(), wire.pendingLength());
            if (end > 0) {
                return end;
            }
            if (wire.pendingLength() >= Limits.HEADER_BYTES_MAX) {
                throw failed("the answer of the proxy " + proxy + " is too long");
            }
            int millis = (int) ((deadline - ticker.nanos()) / 1_000_000);
            int n = millis <= 0 ? 0 : wire.fill(Limits.HEADER_BYTES_MAX, millis);
            if (n < 0) {
                throw failed("the proxy " + proxy + " closed without an answer");
            }
            if (n == 0) {
                throw failed(
                        "the proxy "
                                + proxy
                                + " did not answer within "
                                + Limits.PROXY_MILLIS_MAX / 1_000
                                + " s");
            }
        }
    }

    private static GatewayException failed(String what) {
        return new GatewayException(Code.PROXY_FAILED, what);
    }

    private static int end(byte[] bytes, int length) {
        for (int i = 1; i < length; i++) {
            boolean empty =
                    bytes[i] == '\n'
                            && (bytes[i - 1] == '\n'
                                    || (i > 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n'));
            if (empty) {
                return i + 1;
            }
        }
        return -1;
    }
}
