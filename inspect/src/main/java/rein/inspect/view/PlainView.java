package rein.inspect.view;

import java.util.Arrays;
import java.util.Optional;

/**
 * A text as it would be read in the end: percent-encoding, escapes of JSON and of programming
 * languages, HTML character references, terminal control sequences and invisible characters are
 * undone, letters that merely look Latin become Latin. Each byte keeps where it came from.
 */
public final class PlainView {
    /** An escape sequence of a terminal that is longer is none. */
    private static final int CONTROL_BYTES_MAX = 64;

    private final byte[] in;
    private final byte[] out;
    private final int[] from;
    private int length;
    private boolean changed;

    private PlainView(byte[] in, int length) {
        this.in = in;
        this.out = new byte[length];
        this.from = new int[length + 1];
    }

    /**
     * What a text became, and {@code from}: for each byte of it, and for its end, where in the
     * original it begins. Not copied: whoever gets it has it alone.
     */
    public static final class Plain {
        private final byte[] text;
        private final int[] from;

        Plain(byte[] text, int[] from) {
            this.text = text;
            this.from = from;
        }

        public byte[] text() {
            return text;
        }

        public int[] from() {
            return from;
        }
    }

    /** Of a part of a text. Empty if there is nothing to undo. No longer than the original. */
    public static Optional<Plain> of(byte[] text, int start, int to) {
        PlainView view = new PlainView(text, to - start);
        view.read(start, to);
        if (!view.changed) {
            return Optional.empty();
        }
        view.from[view.length] = to;
        return Optional.of(
                new Plain(
                        Arrays.copyOf(view.out, view.length),
                        Arrays.copyOf(view.from, view.length + 1)));
    }

    private void read(int start, int to) {
        int i = start;
        while (i < to) {
            int next =
                    switch (in[i]) {
                        case '%' -> percent(i, to);
                        case '\\' -> backslash(i, to);
                        case '&' -> reference(i, to);
                        case 0x1b -> control(i, to);
                        default -> in[i] < 0 ? character(i, to) : i;
                    };
            if (next == i) {
                put(in[i], i);
                next = i + 1;
            } else {
                changed = true;
            }
            i = next;
        }
    }

    private void put(int b, int at) {
        out[length] = (byte) b;
        from[length++] = at;
    }

    private static int hex(byte b) {
        return Character.digit(b, 16);
    }

    /** RFC 3986 §2.1. */
    private int percent(int i, int to) {
        if (i + 2 < to && hex(in[i + 1]) >= 0 && hex(in[i + 2]) >= 0) {
            put((hex(in[i + 1]) << 4) | hex(in[i + 2]), i);
            return i + 3;
        }
        return i;
    }

    /** RFC 8259 §7, and {@code \xHH} besides. */
    private int backslash(int i, int to) {
        if (i + 1 >= to) {
            return i;
        }
        int plain = "\"\\/bfnrt".indexOf(in[i + 1]);
        if (plain >= 0) {
            put("\"\\/\b\f\n\r\t".charAt(plain), i);
            return i + 2;
        }
        int digits = in[i + 1] == 'u' ? 4 : in[i + 1] == 'x' ? 2 : 0;
        if (digits == 0 || i + 1 + digits >= to) {
            return i;
        }
        int code = 0;
        for (int k = i + 2; k < i + 2 + digits; k++) {
            int digit = hex(in[k]);
            if (digit < 0) {
                return i;
            }
            code = (code << 4) | digit;
        }
        code(code, i);
        return i + 2 + digits;
    }

    /** HTML §13.5: numbers, and the few names that markup cannot do without. */
    private int reference(int i, int to) {
        int end = i + 1;
        while (end < to && end - i < 10 && in[end] != ';') {
            end++;
        }
        if (end >= to || in[end] != ';' || end - i < 3) {
            return i;
        }
        String name =
                new String(in, i + 1, end - i - 1, java.nio.charset.StandardCharsets.ISO_8859_1);
        int code =
                switch (name) {
                    case "amp" -> '&';
                    case "lt" -> '<';
                    case "gt" -> '>';
                    case "quot" -> '"';
                    case "apos" -> '\'';
                    case "nbsp" -> ' ';
                    default -> number(name);
                };
        if (code < 0) {
            return i;
        }
        code(code, i);
        return end + 1;
    }

    private static int number(String name) {
        boolean hex = name.startsWith("#x") || name.startsWith("#X");
        String digits = name.substring(hex ? 2 : Math.min(1, name.length()));
        if (name.charAt(0) != '#' || digits.isEmpty()) {
            return -1;
        }
        int code = 0;
        for (int k = 0; k < digits.length(); k++) {
            int digit = Character.digit(digits.charAt(k), hex ? 16 : 10);
            if (digit < 0) {
                return -1;
            }
            code = code * (hex ? 16 : 10) + digit;
        }
        return code <= Character.MAX_CODE_POINT ? code : -1;
    }

    /** ECMA-48 §5.4: CSI sequences; other escapes are two bytes. */
    private int control(int i, int to) {
        if (i + 1 >= to) {
            return i;
        }
        if (in[i + 1] != '[') {
            return i + 2;
        }
        int end = i + 2;
        while (end < to && end - i < CONTROL_BYTES_MAX && in[end] >= 0x20 && in[end] < 0x40) {
            end++;
        }
        return end < to && in[end] >= 0x40 && in[end] < 0x7f ? end + 1 : i;
    }

    private int character(int i, int to) {
        int bytes =
                (in[i] & 0xe0) == 0xc0
                        ? 2
                        : (in[i] & 0xf0) == 0xe0 ? 3 : (in[i] & 0xf8) == 0xf0 ? 4 : 1;
        if (bytes == 1 || i + bytes > to) {
            return i;
        }
        int code = in[i] & (0xff >> (bytes + 1));
        for (int k = i + 1; k < i + bytes; k++) {
            if ((in[k] & 0xc0) != 0x80) {
                return i;
            }
            code = (code << 6) | (in[k] & 0x3f);
        }
        int plain = Lookalikes.plain(code);
        if (plain == code) {
            return i;
        }
        if (plain >= 0) {
            put(plain, i);
        }
        return i + bytes;
    }

    /** Writes a character that was escaped: in UTF-8, as far as it has room where it stood. */
    private void code(int code, int at) {
        int plain = Lookalikes.plain(code);
        if (plain < 0) {
            return;
        }
        if (plain < 0x80) {
            put(plain, at);
        } else if (plain < 0x800) {
            put(0xc0 | (plain >> 6), at);
            put(0x80 | (plain & 0x3f), at);
        } else {
            put(0xe0 | ((plain >> 12) & 0xf), at);
            put(0x80 | ((plain >> 6) & 0x3f), at);
            put(0x80 | (plain & 0x3f), at);
        }
    }
}
