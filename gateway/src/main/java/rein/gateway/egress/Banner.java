package rein.gateway.egress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import rein.gateway.egress.FirstBytes.Answer;

/**
 * Tells from an upstream's first bytes which protocol it is that speaks first there. What cannot be
 * told apart is {@link Protocol#UNKNOWN}; it is never taken for the likeliest.
 *
 * <p>INVARIANT: as with {@link FirstBytes}, the answer depends on the bytes alone, not on how they
 * were split on the way.
 */
final class Banner {
    private record Prefix(String text, Protocol protocol) {
        Answer of(byte[] bytes, int length) {
            byte[] prefix = text.getBytes(StandardCharsets.US_ASCII);
            return FirstBytes.startsWith(bytes, 0, length, prefix);
        }
    }

    /** RFC 4253 §4.2, RFC 1939 §4, RFC 9051 §7.1, RFC 6143 §7.1.1. */
    private static final List<Prefix> PREFIXES =
            List.of(
                    new Prefix("SSH-", Protocol.SSH),
                    new Prefix("+OK ", Protocol.POP3),
                    new Prefix("+OK\r", Protocol.POP3),
                    new Prefix("* OK ", Protocol.IMAP),
                    new Prefix("* PREAUTH ", Protocol.IMAP),
                    new Prefix("* BYE ", Protocol.IMAP),
                    new Prefix("RFB 00", Protocol.VNC));

    /** Replies that may be the first of SMTP (RFC 5321 §4.3.2) or of FTP (RFC 959 §5.4). */
    private static final List<String> REPLIES = List.of("220", "421", "554");

    /** A MySQL handshake is a few hundred bytes. */
    private static final int MYSQL_BYTES_MAX = 1_024;

    private static final int MYSQL_VERSION = 10;
    private static final int MYSQL_ERROR = 0xff;

    /** Servers number their errors from 1000 (MySQL) to below 5000 (MariaDB's and MySQL 8's). */
    private static final int MYSQL_ERROR_MIN = 1_000;

    private static final int MYSQL_ERROR_MAX = 4_999;

    private Banner() {}

    /**
     * Waits until the bytes that have come show what they are, without taking them.
     *
     * @return {@link Protocol#UNKNOWN} also where no more comes in time
     */
    static Protocol await(Wire wire, int millisMax, rein.vocabulary.Ticker ticker)
            throws IOException {
        long deadline = ticker.nanos() + millisMax * 1_000_000L;
        while (true) {
            Optional<Protocol> told = read(wire.pending(), wire.pendingLength());
            if (told.isPresent()) {
                return told.get();
            }
            long millis = (deadline - ticker.nanos()) / 1_000_000;
            if (millis <= 0 || wire.fill(Limits.BANNER_BYTES_MAX, (int) millis) <= 0) {
                return Protocol.UNKNOWN;
            }
        }
    }

    /** Tells; empty while more bytes could still make it anything else. */
    static Optional<Protocol> read(byte[] bytes, int length) {
        boolean open = false;
        for (Prefix prefix : PREFIXES) {
            switch (prefix.of(bytes, length)) {
                case YES -> {
                    return Optional.of(prefix.protocol());
                }
                case MAYBE -> open = true;
                case NO -> {}
            }
        }
        switch (mysql(bytes, length)) {
            case YES -> {
                return Optional.of(Protocol.MYSQL);
            }
            case MAYBE -> open = true;
            case NO -> {}
        }
        Optional<Protocol> reply = reply(bytes, length);
        if (reply.isPresent() && reply.get() != Protocol.UNKNOWN) {
            return reply;
        }
        return open || reply.isEmpty() ? Optional.empty() : reply;
    }

    /** A packet of three bytes of length and number 0: protocol version 10, or an error. */
    private static Answer mysql(byte[] bytes, int length) {
        int size = 0;
        for (int i = 0; i < 3 && i < length; i++) {
            size |= (bytes[i] & 0xff) << (8 * i);
        }
        if (length < 3) {
            return size > MYSQL_BYTES_MAX ? Answer.NO : Answer.MAYBE;
        }
        if (size < 8 || size > MYSQL_BYTES_MAX || (length > 3 && bytes[3] != 0)) {
            return Answer.NO;
        }
        if (length < 5) {
            return Answer.MAYBE;
        }
        boolean error = (bytes[4] & 0xff) == MYSQL_ERROR;
        if (bytes[4] != MYSQL_VERSION && !error) {
            return Answer.NO;
        }
        if (length < 7) {
            return Answer.MAYBE;
        }
        int number = (bytes[5] & 0xff) | ((bytes[6] & 0xff) << 8);
        boolean told =
                error
                        ? number >= MYSQL_ERROR_MIN && number <= MYSQL_ERROR_MAX
                        : bytes[5] >= '0' && bytes[5] <= '9';
        return told ? Answer.YES : Answer.NO;
    }

    /**
     * SMTP and FTP greet with the same code, so only what they say of themselves tells them apart:
     * the words SMTP or ESMTP behind the host's name, or FTP anywhere.
     *
     * @return empty while the greeting goes on without either
     */
    private static Optional<Protocol> reply(byte[] bytes, int length) {
        int end = Math.min(length, Limits.BANNER_BYTES_MAX);
        String text = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        String code = text.substring(0, Math.min(3, text.length()));
        if (REPLIES.stream().noneMatch(reply -> reply.startsWith(code))
                || (end > 3 && " -".indexOf(text.charAt(3)) < 0)) {
            return Optional.of(Protocol.UNKNOWN);
        }
        int start = 0;
        for (int line = text.indexOf('\n'); line >= 0; line = text.indexOf('\n', start)) {
            Optional<Protocol> told = line(text.substring(start, line));
            if (told.isPresent()) {
                return told;
            }
            if (text.startsWith(code + " ", start)) {
                return Optional.of(Protocol.UNKNOWN);
            }
            start = line + 1;
        }
        return end == Limits.BANNER_BYTES_MAX ? Optional.of(Protocol.UNKNOWN) : Optional.empty();
    }

    private static Optional<Protocol> line(String line) {
        String upper = line.toUpperCase(Locale.ROOT);
        int host = upper.length() < 4 ? -1 : upper.indexOf(' ', 4);
        String said = host < 0 ? "" : upper.substring(host);
        for (String word : said.split("[^A-Z]+", -1)) {
            if (word.equals("ESMTP") || word.equals("SMTP")) {
                return Optional.of(Protocol.SMTP);
            }
        }
        return upper.contains("FTP") ? Optional.of(Protocol.FTP) : Optional.empty();
    }
}
