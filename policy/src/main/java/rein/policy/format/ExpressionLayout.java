package rein.policy.format;

import java.util.ArrayList;
import java.util.List;
import rein.policy.syntax.Token;

/** Conditions as a {@link Doc}: operators end their line, brackets indent by one. */
final class ExpressionLayout {
    private static final int INDENT = 2;
    private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");
    private static final List<String> WORDS = List.of("in", "has", "like", "is");

    private final TokenLayout.Tokens tokens;

    ExpressionLayout(TokenLayout.Tokens tokens) {
        this.tokens = tokens;
    }

    Doc expression() {
        return tokens.isWord("if") ? conditional() : chain("||");
    }

    private Doc conditional() {
        Doc test = Doc.of(tokens.take(), new Doc.Space(), expression());
        Doc then = Doc.of(new Doc.Line(" "), tokens.take(), new Doc.Space(), expression());
        Doc otherwise = Doc.of(new Doc.Line(" "), tokens.take(), new Doc.Space(), expression());
        return Doc.group(test, Doc.nest(INDENT, then, otherwise));
    }

    private Doc chain(String operator) {
        Doc first = operator.equals("||") ? chain("&&") : relation();
        if (!tokens.is(operator)) {
            return first;
        }
        List<Doc> parts = new ArrayList<>(List.of(first));
        while (tokens.is(operator)) {
            parts.add(new Doc.Space());
            parts.add(tokens.take());
            parts.add(new Doc.Line(" "));
            parts.add(operator.equals("||") ? chain("&&") : relation());
        }
        return new Doc.Group(new Doc.Concat(parts));
    }

    /** Comparisons do not chain, but {@code is A in b} has two operators. */
    private Doc relation() {
        Doc left = arithmetic(true);
        List<Doc> parts = new ArrayList<>(List.of(left));
        while (isRelation(tokens.peek())) {
            parts.add(new Doc.Space());
            parts.add(tokens.take());
            parts.add(new Doc.Nest(INDENT, Doc.of(new Doc.Line(" "), arithmetic(true))));
        }
        return parts.size() == 1 ? left : new Doc.Group(new Doc.Concat(parts));
    }

    private static boolean isRelation(Token token) {
        return token.kind() == Token.Kind.SYMBOL
                ? COMPARISONS.contains(token.text())
                : token.kind() == Token.Kind.WORD && WORDS.contains(token.text());
    }

    private Doc arithmetic(boolean sum) {
        Doc left = sum ? arithmetic(false) : unary();
        List<Doc> parts = new ArrayList<>(List.of(left));
        while (sum ? tokens.is("+") || tokens.is("-") : tokens.is("*")) {
            parts.add(new Doc.Space());
            parts.add(tokens.take());
            parts.add(new Doc.Line(" "));
            parts.add(sum ? arithmetic(false) : unary());
        }
        return parts.size() == 1 ? left : new Doc.Group(new Doc.Concat(parts));
    }

    private Doc unary() {
        List<Doc> parts = new ArrayList<>();
        while (tokens.is("!") || tokens.is("-")) {
            parts.add(tokens.take());
        }
        parts.add(operand());
        return parts.size() == 1 ? parts.getFirst() : new Doc.Concat(parts);
    }

    /** A literal, name, entity, list, record or bracket with all that hangs on it. */
    Doc operand() {
        List<Doc> parts = new ArrayList<>();
        if (tokens.is("(")) {
            parts.add(bracket(false));
        } else if (tokens.is("[") || tokens.is("{")) {
            parts.add(bracket(true));
        } else {
            parts.add(tokens.take());
        }
        while (true) {
            if (tokens.is(".") || tokens.is("::")) {
                parts.add(tokens.take());
                parts.add(tokens.take());
            } else if (tokens.is("(") || tokens.is("[")) {
                parts.add(bracket(true));
            } else {
                return parts.size() == 1 ? parts.getFirst() : new Doc.Concat(parts);
            }
        }
    }

    /** From an opening bracket to its end: one expression, or several with commas between. */
    private Doc bracket(boolean list) {
        String close =
                switch (tokens.peek().text()) {
                    case "(" -> ")";
                    case "[" -> "]";
                    default -> "}";
                };
        Doc open = tokens.take();
        List<Doc> elements = new ArrayList<>();
        while (!tokens.is(close)) {
            if (!elements.isEmpty()) {
                elements.add(new Doc.Line(" "));
            }
            elements.add(close.equals("}") ? member() : expression());
            if (list && tokens.is(",")) {
                elements.add(tokens.take());
            }
        }
        return Doc.group(open, new Doc.Nest(1, new Doc.Concat(elements)), tokens.take());
    }

    private Doc member() {
        Doc key = tokens.take();
        Doc colon = tokens.take();
        return Doc.of(key, colon, new Doc.Space(), expression());
    }
}
