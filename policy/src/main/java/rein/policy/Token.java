package rein.policy;

/**
 * One token.
 *
 * @param text for strings what is between the quotes, escapes untouched
 */
record Token(Kind kind, String text, Position at) {
    enum Kind {
        WORD,
        NUMBER,
        STRING,
        SYMBOL,
        /** {@code ?principal}: a template's slot. */
        SLOT,
        END
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    /** How a message names it. */
    String shown() {
        return switch (kind) {
            case WORD, NUMBER, SYMBOL, SLOT -> "`" + text + "`";
            case STRING -> "the string \"" + text + "\"";
            case END -> "the end of the text";
        };
    }
}
