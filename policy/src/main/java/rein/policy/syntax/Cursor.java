package rein.policy.syntax;

import java.util.List;

/** Where the parser stands among the tokens, and how it complains. */
public final class Cursor {
    private final String name;
    private final List<Token> tokens;
    private int next;

    public Cursor(String name, List<Token> tokens) {
        this.name = name;
        this.tokens = tokens;
    }

    public Token peek() {
        return tokens.get(next);
    }

    /** The token after the next one; the end stays the end. */
    public Token peekSecond() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    public Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Token.Kind.END) {
            next++;
        }
        return token;
    }

    public boolean takeIf(String symbol) {
        boolean there = peek().is(symbol);
        if (there) {
            next++;
        }
        return there;
    }

    public boolean takeIfWord(String word) {
        boolean there = peek().isWord(word);
        if (there) {
            next++;
        }
        return there;
    }

    public void expect(String symbol, String where) throws PolicyException {
        if (!takeIf(symbol)) {
            throw expected("`" + symbol + "` " + where);
        }
    }

    public void expectWord(String word, String where) throws PolicyException {
        if (!takeIfWord(word)) {
            String help =
                    Spelling.closest(peek().text(), List.of(word)).isPresent()
                            ? "did you mean `" + word + "`?"
                            : "";
            throw expected("`" + word + "` " + where, help);
        }
    }

    /** A name that is not reserved. */
    public String identifier(String what) throws PolicyException {
        Token token = peek();
        if (token.kind() != Token.Kind.WORD) {
            throw expected(what);
        }
        if (Names.isReserved(token.text())) {
            throw syntax(token, token.shown() + " is reserved and cannot be " + what, "");
        }
        return take().text();
    }

    /** Any word, also a reserved one. */
    public String word(String what) throws PolicyException {
        if (peek().kind() != Token.Kind.WORD) {
            throw expected(what);
        }
        return take().text();
    }

    public String string(String what) throws PolicyException {
        Token token = peek();
        if (token.kind() != Token.Kind.STRING) {
            throw expected(what);
        }
        take();
        return unescape(token);
    }

    public String unescape(Token token) throws PolicyException {
        try {
            return Escapes.text(token.text());
        } catch (Escapes.BadEscapeException e) {
            throw syntax(token, String.valueOf(e.getMessage()), "");
        }
    }

    /** {@code A::B::C}. */
    public String path(String what) throws PolicyException {
        StringBuilder path = new StringBuilder(identifier(what));
        while (peek().is("::") && peekSecond().kind() == Token.Kind.WORD) {
            take();
            path.append("::").append(identifier("part of a name"));
        }
        return path.toString();
    }

    public PolicyException expected(String what) {
        return expected(what, "");
    }

    public PolicyException expected(String what, String help) {
        Token token = peek();
        return syntax(token, "expected " + what + ", found " + token.shown(), help);
    }

    public PolicyException syntax(Token at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.SYNTAX, new Problem(name, at.at(), message, help));
    }

    public PolicyException tooLarge(Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.TOO_LARGE, new Problem(name, at, message, help));
    }
}
