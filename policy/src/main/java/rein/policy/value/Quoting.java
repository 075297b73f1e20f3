package rein.policy.value;

import rein.vocabulary.EntityUid;

/**
 * Text as Cedar writes it. What comes from outside (a host name in a TLS hello) passes through here
 * before it is shown, so that no control character reaches a terminal or ends a string early.
 */
public final class Quoting {
    private Quoting() {}

    /** A Cedar string literal with its quotes. */
    public static String literal(String text) {
        if (isSimple(text)) {
            return '"' + text + '"';
        }
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints()
                .forEach(point -> {
                    if (point == '"' || point == '\\') {
                        out.append('\\').appendCodePoint(point);
                    } else {
                        append(out, point);
                    }
                });
        return out.append('"').toString();
    }

    public static String literal(EntityUid uid) {
        return uid.type() + "::" + literal(uid.id());
    }

    /** The right side of {@code like}: a star is written {@code \*}, a wildcard {@code *}. */
    public static String literal(Pattern pattern) {
        StringBuilder out = new StringBuilder().append('"');
        for (int point : pattern.points()) {
            if (point == Pattern.WILDCARD) {
                out.append('*');
            } else if (point == '"' || point == '\\' || point == '*') {
                out.append('\\').appendCodePoint(point);
            } else {
                append(out, point);
            }
        }
        return out.append('"').toString();
    }

    /** For a sentence: as it is, but for what does not print. */
    public static String shown(String text) {
        if (isSimple(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(out, point));
        return out.toString();
    }

    /** Printable ASCII without quotes and backslashes: most text, and nothing to do. */
    private static boolean isSimple(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static void append(StringBuilder out, int point) {
        if (isPlain(point)) {
            out.appendCodePoint(point);
        } else {
            // A lone surrogate cannot be written in Cedar; U+FFFD stands for it.
            int written = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
            out.append("\\u{").append(Integer.toHexString(written)).append('}');
        }
    }

    /** INVARIANT: nothing that moves a cursor or reorders text is plain. */
    private static boolean isPlain(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
