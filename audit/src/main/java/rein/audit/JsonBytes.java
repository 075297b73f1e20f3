package rein.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON (RFC 8259) into a buffer of fixed size: the same values always give the same bytes.
 * Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD. Used by one thread and again.
 */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private final byte[] buffer;
    private int length;
    private boolean overflow;

    JsonBytes(int bytesMax) {
        buffer = new byte[bytesMax];
    }

    void clear() {
        length = 0;
        overflow = false;
    }

    /** Whether more was written than fits; the content is then of no use. */
    boolean overflow() {
        return overflow;
    }

    int length() {
        return length;
    }

    byte[] buffer() {
        return buffer;
    }

    byte[] copy() {
        return Arrays.copyOf(buffer, length);
    }

    void raw(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            put(ascii.charAt(i));
        }
    }

    void raw(char ascii) {
        put(ascii);
    }

    void text(String text) {
        put('"');
        for (int i = 0; i < text.length() && !overflow; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else if (!Character.isSurrogate(c)) {
                utf8(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                utf8(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                utf8(0xfffd);
            }
        }
        put('"');
    }

    private void ascii(char c) {
        if (c == '"' || c == '\\') {
            put('\\');
            put(c);
        } else if (c == '\n') {
            put('\\');
            put('n');
        } else if (c < 0x20 || c == 0x7f) {
            raw("\\u00");
            put(HEX[c >> 4]);
            put(HEX[c & 15]);
        } else {
            put(c);
        }
    }

    private void utf8(int point) {
        if (point < 0x800) {
            put(0xc0 | point >> 6);
        } else {
            if (point < 0x10000) {
                put(0xe0 | point >> 12);
            } else {
                put(0xf0 | point >> 18);
                put(0x80 | (point >> 12 & 0x3f));
            }
            put(0x80 | (point >> 6 & 0x3f));
        }
        put(0x80 | (point & 0x3f));
    }

    private void put(int value) {
        if (length == buffer.length) {
            overflow = true;
        } else {
            buffer[length++] = (byte) value;
        }
    }
}
