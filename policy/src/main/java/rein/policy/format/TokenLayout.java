package rein.policy.format;

import java.util.ArrayList;
import java.util.List;
import rein.policy.syntax.Lexed;
import rein.policy.syntax.Token;

/**
 * From the tokens of a text that parses to a {@link Doc}: policies, annotations, heads and
 * conditions. Since the text parses, what is not told apart here is known to be in order.
 */
final class TokenLayout {
    private static final int INDENT = 2;

    private final Tokens tokens;
    private final ExpressionLayout expressions;

    private TokenLayout(Lexed lexed) {
        this.tokens = new Tokens(lexed);
        this.expressions = new ExpressionLayout(tokens);
    }

    static Doc of(Lexed lexed) {
        return new TokenLayout(lexed).document();
    }

    private Doc document() {
        List<Doc> parts = new ArrayList<>();
        while (!tokens.atEnd()) {
            if (!parts.isEmpty()) {
                parts.add(new Doc.Break(true));
            }
            parts.add(statement());
        }
        if (tokens.hasCommentsHere()) {
            if (!parts.isEmpty()) {
                parts.add(new Doc.Break(tokens.isAfterBlank()));
            }
            parts.add(tokens.takeFirst());
        }
        return new Doc.Concat(parts);
    }

    private Doc statement() {
        List<Doc> parts = new ArrayList<>();
        while (tokens.is("@")) {
            parts.add(parts.isEmpty() ? tokens.takeFirst() : tokens.take());
            parts.add(tokens.take());
            if (tokens.is("(")) {
                parts.add(tokens.take());
                parts.add(tokens.take());
                parts.add(tokens.take());
            }
            parts.add(new Doc.Break(false));
        }
        Doc effect = parts.isEmpty() ? tokens.takeFirst() : tokens.take();
        parts.add(Doc.of(effect, new Doc.Space(), head()));
        while (!tokens.is(";")) {
            parts.add(new Doc.Break(false));
            parts.add(condition());
        }
        parts.add(tokens.take());
        return new Doc.Concat(parts);
    }

    private Doc head() {
        Doc open = tokens.take();
        List<Doc> scopes = new ArrayList<>();
        while (!tokens.is(")")) {
            scopes.add(scopes.isEmpty() ? new Doc.Line("") : new Doc.Line(" "));
            scopes.add(scope());
            if (tokens.is(",")) {
                scopes.add(tokens.take());
            }
        }
        return Doc.group(
                open,
                new Doc.Nest(INDENT, new Doc.Concat(scopes)),
                new Doc.Line(""),
                tokens.take());
    }

    /** {@code principal is A in B::"b"}, {@code action in [A::"a"]}. */
    private Doc scope() {
        List<Doc> parts = new ArrayList<>(List.of(tokens.take()));
        while (!tokens.is(",") && !tokens.is(")")) {
            parts.add(new Doc.Space());
            parts.add(tokens.take());
            Doc.Line gap = new Doc.Line(" ");
            Doc operand = expressions.operand();
            parts.add(new Doc.Nest(INDENT, Doc.of(gap, operand)));
        }
        return new Doc.Group(new Doc.Concat(parts));
    }

    private Doc condition() {
        Doc word = tokens.take();
        Doc open = tokens.take();
        Doc body = expressions.expression();
        return Doc.group(
                word,
                new Doc.Line(" "),
                open,
                Doc.nest(INDENT, new Doc.Line(" "), body),
                new Doc.Line(" "),
                tokens.take());
    }

    /** The tokens of a text, each with the comments around it. */
    static final class Tokens {
        private final Lexed lexed;
        private int next;
        private int comment;

        Tokens(Lexed lexed) {
            this.lexed = lexed;
        }

        Token peek() {
            return lexed.tokens().get(next);
        }

        boolean atEnd() {
            return peek().kind() == Token.Kind.END;
        }

        boolean is(String symbol) {
            return peek().is(symbol);
        }

        boolean isWord(String word) {
            return peek().isWord(word);
        }

        boolean hasCommentsHere() {
            return comment < lexed.comments().size()
                    && lexed.comments().get(comment).before() <= next;
        }

        /** Whether an empty line stands above the next comment. */
        boolean isAfterBlank() {
            return hasCommentsHere() && lexed.comments().get(comment).afterBlank();
        }

        /**
         * As {@link #take}, for the first token of a policy: empty lines between the comments above
         * it stay, as between the head of a file and its first policy.
         */
        Doc takeFirst() {
            List<Doc> parts = new ArrayList<>();
            int last = 0;
            while (hasCommentsHere()) {
                if (!parts.isEmpty() && isAfterBlank()) {
                    parts.add(new Doc.Break(true));
                }
                last = lexed.comments().get(comment).line();
                parts.add(comment());
            }
            if (!parts.isEmpty() && !atEnd() && peek().at().line() > last + 1) {
                parts.add(new Doc.Break(true));
            }
            parts.add(take());
            return new Doc.Concat(parts);
        }

        /** The next token between the comments above it and those behind it on its line. */
        Doc take() {
            List<Doc> parts = new ArrayList<>(1);
            while (hasCommentsHere()) {
                parts.add(comment());
            }
            Token token = peek();
            if (token.kind() != Token.Kind.END) {
                parts.add(new Doc.Text(spelled(token)));
                next++;
            }
            while (hasCommentsHere() && !lexed.comments().get(comment).alone()) {
                parts.add(comment());
            }
            return parts.size() == 1 ? parts.getFirst() : new Doc.Concat(parts);
        }

        private Doc comment() {
            Lexed.Comment taken = lexed.comments().get(comment++);
            return new Doc.Comment(taken.text(), taken.alone());
        }

        private static String spelled(Token token) {
            return token.kind() == Token.Kind.STRING ? '"' + token.text() + '"' : token.text();
        }
    }
}
