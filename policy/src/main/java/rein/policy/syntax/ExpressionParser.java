package rein.policy.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rein.policy.syntax.Expression.Operator;
import rein.policy.value.Pattern;

/**
 * Conditions, by recursive descent: from the weakest binding, {@code if} and {@code ||}, down to
 * {@code .name}.
 *
 * <p>INVARIANT: the tree returned is at most {@link Bounds#NESTING_MAX} high, so that whoever walks
 * it may recurse. {@link TreeHeight} holds the height of the tree returned last; every method that
 * builds a node goes through {@link TreeHeight#grow}.
 */
final class ExpressionParser {
    private final Cursor cursor;
    private final TreeHeight height;
    private final OperandParser operands;
    private int depth;

    ExpressionParser(Cursor cursor) {
        this.cursor = cursor;
        this.height = new TreeHeight(cursor);
        this.operands = new OperandParser(cursor, height, this);
    }

    Expression parse() throws PolicyException {
        Token first = cursor.peek();
        if (++depth > Bounds.NESTING_MAX) {
            throw height.tooDeep(first.at());
        }
        Expression parsed = cursor.takeIfWord("if") ? conditional(first.at()) : or();
        depth--;
        return parsed;
    }

    private Expression conditional(Position at) throws PolicyException {
        Expression test = parse();
        int highest = height.last();
        cursor.expectWord("then", "after the test of `if`");
        Expression then = parse();
        highest = Math.max(highest, height.last());
        cursor.expectWord("else", "after the first branch of `if`");
        Expression otherwise = parse();
        height.grow(at, highest);
        return new Expression.If(at, test, then, otherwise);
    }

    private Expression or() throws PolicyException {
        Position at = cursor.peek().at();
        Expression first = and();
        if (!cursor.peek().is("||")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        int highest = height.last();
        while (cursor.takeIf("||")) {
            parts.add(and());
            highest = Math.max(highest, height.last());
        }
        height.grow(at, highest);
        return new Expression.Or(at, List.copyOf(parts));
    }

    private Expression and() throws PolicyException {
        Position at = cursor.peek().at();
        Expression first = relation();
        if (!cursor.peek().is("&&")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        int highest = height.last();
        while (cursor.takeIf("&&")) {
            parts.add(relation());
            highest = Math.max(highest, height.last());
        }
        height.grow(at, highest);
        return new Expression.And(at, List.copyOf(parts));
    }

    private Expression relation() throws PolicyException {
        Expression left = sum();
        Token token = cursor.peek();
        Optional<Operator> operator = comparison(token);
        if (operator.isPresent()) {
            cursor.take();
            Expression whole = binary(token.at(), operator.get(), left, this::sum);
            if (comparison(cursor.peek()).isPresent()) {
                throw cursor.syntax(
                        cursor.peek(), "comparisons do not chain", "use && and brackets");
            }
            return whole;
        }
        if (token.is("=")) {
            throw cursor.syntax(token, "`=` does not compare", "write ==");
        }
        if (cursor.takeIfWord("has")) {
            List<String> path = hasPath();
            height.grow(token.at(), height.last());
            return new Expression.Has(token.at(), left, path);
        }
        if (cursor.takeIfWord("like")) {
            Pattern pattern = pattern();
            height.grow(token.at(), height.last());
            return new Expression.Like(token.at(), left, pattern);
        }
        return cursor.takeIfWord("is") ? is(token.at(), left) : left;
    }

    private static Optional<Operator> comparison(Token token) {
        if (token.isWord("in")) {
            return Optional.of(Operator.IN);
        }
        if (token.kind() != Token.Kind.SYMBOL) {
            return Optional.empty();
        }
        return switch (token.text()) {
            case "==" -> Optional.of(Operator.EQUAL);
            case "!=" -> Optional.of(Operator.UNEQUAL);
            case "<" -> Optional.of(Operator.LESS);
            case "<=" -> Optional.of(Operator.LESS_OR_EQUAL);
            case ">" -> Optional.of(Operator.GREATER);
            case ">=" -> Optional.of(Operator.GREATER_OR_EQUAL);
            default -> Optional.empty();
        };
    }

    private List<String> hasPath() throws PolicyException {
        if (cursor.peek().kind() == Token.Kind.STRING) {
            return List.of(cursor.string("a name"));
        }
        List<String> path = new ArrayList<>();
        do {
            path.add(cursor.identifier("the name of an attribute"));
            if (path.size() > Bounds.NESTING_MAX) {
                throw height.tooDeep(cursor.peek().at());
            }
        } while (cursor.takeIf("."));
        return List.copyOf(path);
    }

    private Pattern pattern() throws PolicyException {
        Token token = cursor.peek();
        if (token.kind() != Token.Kind.STRING) {
            throw cursor.expected("a pattern in quotes after `like`");
        }
        cursor.take();
        try {
            return new Pattern(Escapes.pattern(token.text()));
        } catch (Escapes.BadEscapeException e) {
            throw cursor.syntax(token, String.valueOf(e.getMessage()), "");
        }
    }

    private Expression is(Position at, Expression left) throws PolicyException {
        int highest = height.last();
        String type = cursor.path("an entity type after `is`");
        Optional<Expression> in = Optional.empty();
        if (cursor.takeIfWord("in")) {
            in = Optional.of(sum());
            highest = Math.max(highest, height.last());
        }
        height.grow(at, highest);
        return new Expression.Is(at, left, type, in);
    }

    private Expression sum() throws PolicyException {
        Expression left = product();
        while (true) {
            Token token = cursor.peek();
            if (cursor.takeIf("+")) {
                left = binary(token.at(), Operator.PLUS, left, this::product);
            } else if (cursor.takeIf("-")) {
                left = binary(token.at(), Operator.MINUS, left, this::product);
            } else {
                return left;
            }
        }
    }

    private Expression product() throws PolicyException {
        Expression left = unary();
        while (true) {
            Token token = cursor.peek();
            if (cursor.takeIf("*")) {
                left = binary(token.at(), Operator.TIMES, left, this::unary);
            } else if (token.is("/") || token.is("%")) {
                throw cursor.syntax(token, "Cedar has no " + token.shown(), "multiply instead");
            } else {
                return left;
            }
        }
    }

    private Expression unary() throws PolicyException {
        Token first = cursor.peek();
        String symbol = first.is("!") ? "!" : "-";
        int count = 0;
        while (cursor.takeIf(symbol)) {
            if (++count > Bounds.UNARY_MAX) {
                throw cursor.syntax(
                        first, "more than " + Bounds.UNARY_MAX + " of `" + symbol + "`", "");
            }
        }
        Expression whole;
        if (count > 0 && symbol.equals("-") && isBareNumber()) {
            // The sign belongs to the number: only so the smallest Long can be written.
            whole = operands.number(cursor.take(), true);
            count--;
        } else {
            whole = operands.member();
        }
        for (int i = 0; i < count; i++) {
            height.grow(first.at(), height.last());
            whole =
                    symbol.equals("!")
                            ? new Expression.Not(first.at(), whole)
                            : new Expression.Negate(first.at(), whole);
        }
        return whole;
    }

    private boolean isBareNumber() {
        Token after = cursor.peekSecond();
        return cursor.peek().kind() == Token.Kind.NUMBER
                && !(after.is(".") || after.is("(") || after.is("["));
    }

    private interface Operand {
        Expression parse() throws PolicyException;
    }

    private Expression binary(Position at, Operator operator, Expression left, Operand right)
            throws PolicyException {
        int highest = height.last();
        Expression second = right.parse();
        height.grow(at, Math.max(highest, height.last()));
        return new Expression.Binary(at, operator, left, second);
    }
}
