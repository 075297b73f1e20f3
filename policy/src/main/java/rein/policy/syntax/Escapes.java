package rein.policy.syntax;

import java.util.ArrayList;
import java.util.List;
import rein.policy.value.Pattern;
import rein.policy.value.Quoting;

/** The escapes of Cedar's strings, which are those of Rust: backslash and n r t 0 ' " \ x u. */
final class Escapes {
    private static final int UNICODE_DIGITS_MAX = 6;

    private final String raw;
    private final boolean pattern;
    private final List<Integer> out = new ArrayList<>();
    private int offset;

    private Escapes(String raw, boolean pattern) {
        this.raw = raw;
        this.pattern = pattern;
    }

    /** What is wrong with an escape; the parser adds the place. */
    static final class BadEscapeException extends Exception {
        private static final long serialVersionUID = 1;

        BadEscapeException(String message) {
            super(message, null, false, false);
        }
    }

    static String text(String raw) throws BadEscapeException {
        if (raw.indexOf('\\') < 0 && raw.indexOf('\r') < 0) {
            return raw;
        }
        StringBuilder text = new StringBuilder(raw.length());
        for (int point : new Escapes(raw, false).read()) {
            text.appendCodePoint(point);
        }
        return text.toString();
    }

    /** The right side of {@code like}: code points and {@link Pattern#WILDCARD}. */
    static List<Integer> pattern(String raw) throws BadEscapeException {
        return new Escapes(raw, true).read();
    }

    private List<Integer> read() throws BadEscapeException {
        while (offset < raw.length()) {
            int point = take();
            if (point == '\r') {
                throw new BadEscapeException("a carriage return in a string is written \\r");
            }
            if (point == '\\') {
                escape();
            } else {
                out.add(pattern && point == '*' ? Pattern.WILDCARD : point);
            }
        }
        return out;
    }

    private void escape() throws BadEscapeException {
        int letter = take();
        switch (letter) {
            case 'n' -> out.add((int) '\n');
            case 'r' -> out.add((int) '\r');
            case 't' -> out.add((int) '\t');
            case '0' -> out.add(0);
            case '\\', '\'', '"' -> out.add(letter);
            case 'x' -> out.add(hex());
            case 'u' -> out.add(unicode());
            case '\n' -> skipBlanks();
            case '*' -> {
                if (!pattern) {
                    throw new BadEscapeException("\\* is for the patterns of `like` only");
                }
                out.add((int) '*');
            }
            default ->
                    throw new BadEscapeException(
                            "unknown escape \\" + Quoting.shown(Character.toString(letter)));
        }
    }

    /** A backslash at the end of a line joins it to the next one. */
    private void skipBlanks() {
        while (offset < raw.length() && " \t\n\r".indexOf(raw.charAt(offset)) >= 0) {
            offset++;
        }
    }

    private int hex() throws BadEscapeException {
        int high = digit(take());
        int low = digit(take());
        int value = high * 16 + low;
        if (high < 0 || low < 0 || value > 0x7f) {
            throw new BadEscapeException("\\x takes two hexadecimal digits from 00 to 7f");
        }
        return value;
    }

    private int unicode() throws BadEscapeException {
        String usage = "\\u takes one to six hexadecimal digits in braces, for example \\u{e9}";
        if (take() != '{') {
            throw new BadEscapeException(usage);
        }
        int value = 0;
        int digits = 0;
        for (int point = take(); point != '}'; point = take()) {
            if (point == '_' && digits > 0) {
                continue;
            }
            int digit = digit(point);
            if (digit < 0 || ++digits > UNICODE_DIGITS_MAX) {
                throw new BadEscapeException(usage);
            }
            value = value * 16 + digit;
        }
        if (digits == 0
                || value > Character.MAX_CODE_POINT
                || (value >= 0xd800 && value <= 0xdfff)) {
            throw new BadEscapeException(usage);
        }
        return value;
    }

    private int take() throws BadEscapeException {
        if (offset == raw.length()) {
            throw new BadEscapeException("the string ends in the middle of an escape");
        }
        int point = raw.codePointAt(offset);
        offset += Character.charCount(point);
        return point;
    }

    private static int digit(int point) {
        return point < 128 ? Character.digit(point, 16) : -1;
    }
}
