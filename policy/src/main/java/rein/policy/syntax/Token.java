package rein.policy.syntax;

import rein.policy.value.Quoting;

/**
 * One token.
 *
 * @param text for strings what is between the quotes, escapes untouched
 */
public record Token(Kind kind, String text, Position at) {
    /** A message stays one line, whatever is in the string. */
    private static final int SHOWN_CHARS_MAX = 40;

    public enum Kind {
        WORD,
        NUMBER,
        STRING,
        SYMBOL,
        /** {@code ?principal}: a template's slot. */
        SLOT,
        END
    }

    public boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    public boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    /** How a message names it. */
    public String shown() {
        return switch (kind) {
            case WORD, NUMBER, SYMBOL, SLOT -> "`" + text + "`";
            case STRING -> "the string \"" + shortened() + "\"";
            case END -> "the end of the text";
        };
    }

    private String shortened() {
        String shown = Quoting.shown(text);
        return shown.length() <= SHOWN_CHARS_MAX
                ? shown
                : shown.substring(0, SHOWN_CHARS_MAX) + "…";
    }
}
