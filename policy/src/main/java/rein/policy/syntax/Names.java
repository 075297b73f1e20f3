package rein.policy.syntax;

import java.util.Set;

/** Which texts can stand as names in Cedar without quotes. */
public final class Names {
    /** Words that cannot be names: Cedar's reserved identifiers. */
    private static final Set<String> RESERVED =
            Set.of("true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar");

    private Names() {}

    /** Letters, digits and {@code _}, not beginning with a digit; reserved words too. */
    public static boolean isWord(String text) {
        if (text.isEmpty() || !isStart(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            if (!isStart(text.charAt(i)) && !isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** A word that is not reserved. */
    public static boolean isIdentifier(String text) {
        return isWord(text) && !isReserved(text);
    }

    /** {@code A::B::C}: the name of an entity type. */
    public static boolean isPath(String text) {
        int from = 0;
        for (int to = text.indexOf("::"); to >= 0; to = text.indexOf("::", from)) {
            if (!isIdentifier(text.substring(from, to))) {
                return false;
            }
            from = to + 2;
        }
        return isIdentifier(text.substring(from));
    }

    static boolean isReserved(String word) {
        return RESERVED.contains(word);
    }

    static boolean isStart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
