package rein.policy.syntax;

import java.util.ArrayList;
import java.util.List;
import rein.policy.value.Quoting;

/** Text to tokens. White space is dropped; comments are kept apart, for the formatter. */
public final class Lexer {
    private static final List<String> PAIRS = List.of("::", "==", "!=", "<=", ">=", "||", "&&");
    private static final String SINGLES = "@.,;:(){}[]<>+-*/%!=";

    private final String name;
    private final String text;
    private final boolean schema;
    private final List<Token> tokens = new ArrayList<>();
    private final List<Lexed.Comment> comments = new ArrayList<>();
    private int offset;
    private int line = 1;
    private int column = 1;
    private int lastLine;

    private Lexer(String name, String text, boolean schema) {
        this.name = name;
        this.text = text;
        this.schema = schema;
    }

    /** The tokens; the last one is the end of the text. */
    public static List<Token> tokens(String name, String text) throws PolicyException {
        return lex(name, text).tokens();
    }

    /** The tokens and, apart, the comments. */
    public static Lexed lex(String name, String text) throws PolicyException {
        return lex(new Lexer(name, text, false));
    }

    /** Of a schema, where a lone {@code ?} is a symbol too. */
    public static List<Token> schemaTokens(String name, String text) throws PolicyException {
        return lex(new Lexer(name, text, true)).tokens();
    }

    private static Lexed lex(Lexer lexer) throws PolicyException {
        String name = lexer.name;
        String text = lexer.text;
        if (text.length() > Bounds.TEXT_CHARS_MAX) {
            throw new PolicyException(
                    PolicyException.Code.TOO_LARGE,
                    new Problem(
                            name,
                            new Position(1, 1),
                            "the text has " + text.length() + " characters",
                            "at most " + Bounds.TEXT_CHARS_MAX + " are accepted; split it"));
        }
        while (lexer.next()) {}
        return new Lexed(lexer.tokens, lexer.comments);
    }

    private boolean next() throws PolicyException {
        skipBlanks();
        Position at = new Position(line, column);
        if (offset == text.length()) {
            tokens.add(new Token(Token.Kind.END, "", at));
            return false;
        }
        char first = text.charAt(offset);
        int from = offset;
        if (Names.isStart(first)) {
            takeWord();
            tokens.add(new Token(Token.Kind.WORD, text.substring(from, offset), at));
        } else if (Names.isDigit(first)) {
            while (offset < text.length() && Names.isDigit(text.charAt(offset))) {
                step();
            }
            tokens.add(new Token(Token.Kind.NUMBER, text.substring(from, offset), at));
        } else if (first == '"') {
            tokens.add(new Token(Token.Kind.STRING, string(at), at));
        } else if (first == '?'
                && from + 1 < text.length()
                && Names.isStart(text.charAt(from + 1))) {
            step();
            takeWord();
            tokens.add(new Token(Token.Kind.SLOT, text.substring(from, offset), at));
        } else {
            tokens.add(new Token(Token.Kind.SYMBOL, symbol(at), at));
        }
        lastLine = line;
        return true;
    }

    private void skipBlanks() throws PolicyException {
        while (offset < text.length()) {
            if (text.startsWith("//", offset)) {
                // A lone carriage return ends a comment too, as in Cedar's grammar: no policy may
                // hide behind one.
                boolean alone = tokens.isEmpty() || line > lastLine;
                boolean afterBlank = line > lastLine + 1;
                int from = offset;
                while (offset < text.length() && "\n\r".indexOf(text.charAt(offset)) < 0) {
                    step();
                }
                String comment = text.substring(from, offset).stripTrailing();
                comments.add(new Lexed.Comment(comment, tokens.size(), alone, afterBlank, line));
                lastLine = line;
            } else if (" \t\n\r\f\u000b".indexOf(text.charAt(offset)) >= 0) {
                step();
            } else {
                return;
            }
        }
    }

    private void takeWord() throws PolicyException {
        while (offset < text.length()
                && (Names.isStart(text.charAt(offset)) || Names.isDigit(text.charAt(offset)))) {
            step();
        }
    }

    private String string(Position at) throws PolicyException {
        step();
        int from = offset;
        while (offset < text.length() && text.charAt(offset) != '"') {
            if (text.charAt(offset) == '\\' && offset + 1 < text.length()) {
                step();
            }
            step();
        }
        if (offset == text.length()) {
            throw syntax(at, "this string is not closed", "end it with \"");
        }
        String inside = text.substring(from, offset);
        step();
        return inside;
    }

    private String symbol(Position at) throws PolicyException {
        for (String pair : PAIRS) {
            if (text.startsWith(pair, offset)) {
                step();
                step();
                return pair;
            }
        }
        int point = text.codePointAt(offset);
        String shown = Quoting.shown(Character.toString(point));
        if (SINGLES.indexOf(point) < 0 && !(schema && point == '?')) {
            String help =
                    switch (point) {
                        case '&' -> "write && for and";
                        case '|' -> "write || for or";
                        case '\'', '‘', '’', '“', '”' ->
                                "strings stand between straight quotes, \"";
                        case '#' -> "comments start with //";
                        case '?' -> "a slot is written ?principal or ?resource";
                        default -> "";
                    };
            throw syntax(at, "unexpected character " + shown, help);
        }
        step();
        return shown;
    }

    private void step() throws PolicyException {
        int point = text.codePointAt(offset);
        if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
            // It has no UTF-8, so that what is decided on could not be stored as it is.
            throw syntax(new Position(line, column), "half a surrogate pair", "");
        }
        offset += Character.charCount(point);
        if (point == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
    }

    private PolicyException syntax(Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.SYNTAX, new Problem(name, at, message, help));
    }
}
