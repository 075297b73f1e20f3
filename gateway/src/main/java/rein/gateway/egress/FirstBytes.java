package rein.gateway.egress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import rein.vocabulary.Ticker;

/**
 * Tells from a connection's first bytes what it speaks, on any port.
 *
 * <p>INVARIANT: the answer depends on the bytes alone, not on how they were split on the way: once
 * a prefix has an answer, every longer one has the same.
 */
final class FirstBytes {
    private static final byte[] SSH = ascii("SSH-");
    private static final List<String> MINER_METHODS =
            List.of(
                    "mining.subscribe",
                    "mining.authorize",
                    "mining.submit",
                    "mining.configure",
                    "eth_submitLogin",
                    "eth_getWork");
    private static final List<byte[]> HTTP_TARGETS =
            List.of(ascii("/"), ascii("*"), ascii("http:"), ascii("https:"));

    /** Letters of a method; CONNECT and PROPFIND are longer than most, none is longer than this. */
    private static final int METHOD_MAX = 17;

    private FirstBytes() {}

    /**
     * Waits until the bytes show what they are, without taking them.
     *
     * @throws IOException if the connection fails; an end of stream is {@link Opening.Unknown} or,
     *     before any byte, {@link Opening.Silent}
     */
    static Opening await(Wire wire, int millisMax, Ticker ticker) throws IOException {
        long deadline = ticker.nanos() + millisMax * 1_000_000L;
        while (true) {
            Optional<Opening> opening = classify(wire.pending(), wire.pendingLength());
            if (opening.isPresent()) {
                return opening.get();
            }
            long millis = (deadline - ticker.nanos()) / 1_000_000;
            if (millis <= 0 || wire.fill(Limits.HELLO_BYTES_MAX, (int) millis) <= 0) {
                return settle(wire.pending(), wire.pendingLength());
            }
        }
    }

    /** Classifies; empty while more bytes could still make it anything else. */
    static Optional<Opening> classify(byte[] bytes, int length) {
        boolean open = false;
        switch (ssh(bytes, length)) {
            case YES -> {
                return Optional.of(new Opening.Ssh());
            }
            case MAYBE -> open = true;
            case NO -> {}
        }
        switch (ClientHello.read(bytes, Math.min(length, Limits.HELLO_BYTES_MAX))) {
            case ClientHello.Reading.Whole(ClientHello hello) -> {
                return Optional.of(new Opening.Tls(hello));
            }
            case ClientHello.Reading.More() -> open |= length < Limits.HELLO_BYTES_MAX;
            case ClientHello.Reading.Not() -> {}
        }
        Http http = http(bytes, length, false);
        if (http.found().isPresent()) {
            return Optional.of(http.found().get());
        }
        open |= http.open();
        switch (stratum(bytes, length)) {
            case YES -> {
                return Optional.of(new Opening.Stratum());
            }
            case MAYBE -> open = true;
            case NO -> {}
        }
        switch (socks(bytes, length)) {
            case YES -> {
                return Optional.of(new Opening.Socks(bytes[0]));
            }
            case MAYBE -> open = true;
            case NO -> {}
        }
        return open ? Optional.empty() : Optional.of(new Opening.Unknown());
    }

    /** Classifies what there is, when no more comes. */
    static Opening settle(byte[] bytes, int length) {
        if (length == 0) {
            return new Opening.Silent();
        }
        return classify(bytes, length)
                .or(() -> http(bytes, length, true).found().map(found -> (Opening) found))
                .orElse(new Opening.Unknown());
    }

    /** Whether a prefix fits: already, no longer, or not yet to be told. */
    enum Answer {
        YES,
        NO,
        MAYBE
    }

    private static Answer ssh(byte[] bytes, int length) {
        return startsWith(bytes, 0, length, SSH);
    }

    /** RFC 1928 §3 and the SOCKS4 memo. */
    private static Answer socks(byte[] bytes, int length) {
        if (length == 0) {
            return Answer.MAYBE;
        }
        if (bytes[0] == 4) {
            return length < 2
                    ? Answer.MAYBE
                    : bytes[1] == 1 || bytes[1] == 2 ? Answer.YES : Answer.NO;
        }
        if (bytes[0] == 5) {
            if (length < 2) {
                return Answer.MAYBE;
            }
            if (bytes[1] < 1 || bytes[1] > 10) {
                return Answer.NO;
            }
            return length >= 2 + bytes[1] ? Answer.YES : Answer.MAYBE;
        }
        return Answer.NO;
    }

    private record Http(Optional<Opening.Http> found, boolean open) {}

    /**
     * A method, a space and the beginning of a target; then the line is awaited for its version.
     */
    private static Http http(byte[] bytes, int length, boolean settled) {
        int end = Math.min(length, Limits.PEEK_BYTES_MAX);
        int space = 0;
        while (space < end && bytes[space] >= 'A' && bytes[space] <= 'Z' && space < METHOD_MAX) {
            space++;
        }
        if (space == end) {
            return new Http(Optional.empty(), true);
        }
        if (space < 3 || bytes[space] != ' ') {
            return new Http(Optional.empty(), false);
        }
        String method = new String(bytes, 0, space, StandardCharsets.US_ASCII);
        switch (target(method, bytes, space + 1, end)) {
            case NO -> {
                return new Http(Optional.empty(), false);
            }
            case MAYBE -> {
                return new Http(Optional.empty(), true);
            }
            case YES -> {}
        }
        int line = space;
        while (line < end && bytes[line] != '\n') {
            line++;
        }
        if (line == end && end < Limits.PEEK_BYTES_MAX && !settled) {
            return new Http(Optional.empty(), true);
        }
        return new Http(
                Optional.of(new Opening.Http(method, version(bytes, space, line, end))), true);
    }

    private static Optional<String> version(byte[] bytes, int from, int line, int end) {
        String text = new String(bytes, from, line - from, StandardCharsets.ISO_8859_1).trim();
        String last = text.substring(text.lastIndexOf(' ') + 1);
        return line < end && last.startsWith("HTTP/") ? Optional.of(last) : Optional.empty();
    }

    private static Answer target(String method, byte[] bytes, int from, int end) {
        if (from >= end) {
            return Answer.MAYBE;
        }
        if (method.equals("CONNECT")) {
            int c = bytes[from];
            boolean host = c == '[' || c == '_' || Character.isLetterOrDigit(c);
            return host ? Answer.YES : Answer.NO;
        }
        Answer answer = Answer.NO;
        for (byte[] target : HTTP_TARGETS) {
            switch (startsWith(bytes, from, end, target)) {
                case YES -> {
                    return Answer.YES;
                }
                case MAYBE -> answer = Answer.MAYBE;
                case NO -> {}
            }
        }
        return answer;
    }

    /** A first line of JSON whose method is a miner's; the miner speaks first. */
    private static Answer stratum(byte[] bytes, int length) {
        int end = Math.min(length, Limits.JSON_BYTES_MAX);
        int start = 0;
        while (start < end && " \t\r\n".indexOf(bytes[start]) >= 0) {
            start++;
        }
        if (start < end && bytes[start] != '{') {
            return Answer.NO;
        }
        int line = start;
        while (line < end && bytes[line] != '\n') {
            line++;
        }
        String text = new String(bytes, start, line - start, StandardCharsets.ISO_8859_1);
        for (String method : MINER_METHODS) {
            if (text.contains("\"" + method + "\"")) {
                return Answer.YES;
            }
        }
        // CryptoNote pools: {"method":"login","params":{"login":…,"agent":…,"algo":[…]}}
        boolean login = text.replace(" ", "").contains("\"method\":\"login\"");
        if (login && (text.contains("\"agent\"") || text.contains("\"algo\""))) {
            return Answer.YES;
        }
        return line < end || end == Limits.JSON_BYTES_MAX ? Answer.NO : Answer.MAYBE;
    }

    static Answer startsWith(byte[] bytes, int from, int end, byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (from + i >= end) {
                return Answer.MAYBE;
            }
            if (bytes[from + i] != prefix[i]) {
                return Answer.NO;
            }
        }
        return Answer.YES;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
