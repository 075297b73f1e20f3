package rein.inspect.gate;

/** Kinds of ASCII characters; whatever is beyond ASCII is of none. */
public final class Ascii {
    private Ascii() {}

    public static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    public static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    public static boolean isLower(int c) {
        return c >= 'a' && c <= 'z';
    }

    public static boolean isLetter(int c) {
        return isUpper(c) || isLower(c);
    }

    /** What words and identifiers are made of. */
    public static boolean isWord(int c) {
        return isLetter(c) || isDigit(c) || c == '_';
    }
}
