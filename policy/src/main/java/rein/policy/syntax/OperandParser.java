package rein.policy.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import rein.policy.syntax.Expression.Operator;
import rein.policy.syntax.Expression.Variable;
import rein.policy.value.Datum;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * The operands of a condition: literals, names, brackets, sets and records, and what may follow
 * them: {@code .name}, {@code ["name"]}, {@code .method(…)}.
 */
final class OperandParser {
    private static final List<String> METHODS =
            List.of("contains", "containsAll", "containsAny", "isEmpty", "hasTag", "getTag");

    private final Cursor cursor;
    private final TreeHeight height;
    private final ExpressionParser expressions;

    OperandParser(Cursor cursor, TreeHeight height, ExpressionParser expressions) {
        this.cursor = cursor;
        this.height = height;
        this.expressions = expressions;
    }

    Expression number(Token token, boolean negative) throws PolicyException {
        height.leaf();
        try {
            long value = Long.parseLong((negative ? "-" : "") + token.text());
            return new Expression.Literal(token.at(), new Datum.Int(value));
        } catch (NumberFormatException _) {
            throw cursor.syntax(
                    token, "this number is too large", "a Long goes up to 9223372036854775807");
        }
    }

    Expression member() throws PolicyException {
        Expression whole = primary();
        while (true) {
            Token token = cursor.peek();
            if (cursor.takeIf(".")) {
                String name = cursor.identifier("the name of an attribute or a method");
                if (cursor.peek().is("(")) {
                    whole = method(token, name, whole);
                } else {
                    height.grow(token.at(), height.last());
                    whole = new Expression.Attribute(token.at(), whole, name);
                }
            } else if (cursor.takeIf("[")) {
                String name = cursor.string("an attribute's name in quotes");
                cursor.expect("]", "after the attribute's name");
                height.grow(token.at(), height.last());
                whole = new Expression.Attribute(token.at(), whole, name);
            } else if (token.is("(")) {
                throw cursor.syntax(token, "only functions and methods can be called", "");
            } else {
                return whole;
            }
        }
    }

    private Expression method(Token dot, String name, Expression subject) throws PolicyException {
        int highest = height.last();
        List<Expression> arguments = new ArrayList<>(List.of(subject));
        arguments.addAll(arguments());
        height.grow(dot.at(), Math.max(highest, height.last()));
        if (name.equals("isEmpty")) {
            checkCount(dot, name, 0, arguments.size() - 1);
            return new Expression.IsEmpty(dot.at(), subject);
        }
        Optional<Operator> operator =
                switch (name) {
                    case "contains" -> Optional.of(Operator.CONTAINS);
                    case "containsAll" -> Optional.of(Operator.CONTAINS_ALL);
                    case "containsAny" -> Optional.of(Operator.CONTAINS_ANY);
                    case "hasTag" -> Optional.of(Operator.HAS_TAG);
                    case "getTag" -> Optional.of(Operator.GET_TAG);
                    default -> Optional.empty();
                };
        if (operator.isPresent()) {
            checkCount(dot, name, 1, arguments.size() - 1);
            return new Expression.Binary(dot.at(), operator.get(), subject, arguments.get(1));
        }
        Optional<ExtensionFunction> function = ExtensionFunction.find(name, true);
        if (function.isEmpty()) {
            List<String> known = new ArrayList<>(METHODS);
            known.addAll(ExtensionFunction.words(true));
            throw cursor.syntax(dot, "unknown method " + name, Spelling.help(name, known));
        }
        return new Expression.Call(dot.at(), function.get(), List.copyOf(arguments));
    }

    private void checkCount(Token at, String name, int wanted, int got) throws PolicyException {
        if (wanted != got) {
            throw cursor.syntax(at, name + " takes " + wanted + " arguments, found " + got, "");
        }
    }

    /** In round brackets, commas between; leaves the greatest height of the arguments. */
    private List<Expression> arguments() throws PolicyException {
        cursor.expect("(", "before the arguments");
        return list(")");
    }

    private List<Expression> list(String end) throws PolicyException {
        List<Expression> elements = new ArrayList<>();
        int highest = 0;
        while (!cursor.peek().is(end)) {
            elements.add(expressions.parse());
            highest = Math.max(highest, height.last());
            if (!cursor.takeIf(",")) {
                break;
            }
        }
        cursor.expect(end, "or `,` after an element");
        height.set(highest);
        return elements;
    }

    private Expression primary() throws PolicyException {
        Token token = cursor.peek();
        height.leaf();
        return switch (token.kind()) {
            case NUMBER -> number(cursor.take(), false);
            case STRING -> {
                cursor.take();
                yield new Expression.Literal(token.at(), new Datum.Text(cursor.unescape(token)));
            }
            case WORD -> named(token);
            case SYMBOL -> bracketed(token);
            case SLOT ->
                    throw cursor.syntax(token, "a slot stands only in the head of a template", "");
            case END -> throw cursor.expected("an expression");
        };
    }

    private Expression named(Token token) throws PolicyException {
        boolean path = cursor.peekSecond().is("::");
        if (!path && (token.text().equals("true") || token.text().equals("false"))) {
            cursor.take();
            boolean value = token.text().equals("true");
            return new Expression.Literal(token.at(), Datum.Bool.of(value));
        }
        if (!path) {
            for (Variable variable : Variable.values()) {
                if (cursor.takeIfWord(variable.word())) {
                    return new Expression.Reference(token.at(), variable);
                }
            }
        }
        if (token.text().equals("if")) {
            throw cursor.syntax(token, "`if` needs brackets here", "write (if … then … else …)");
        }
        String name = cursor.path("an expression");
        if (cursor.takeIf("::")) {
            EntityUid uid = new EntityUid(name, cursor.string("the entity's id in quotes"));
            return new Expression.Literal(token.at(), new Datum.Ref(uid));
        }
        if (cursor.peek().is("(")) {
            return function(token, name);
        }
        throw cursor.syntax(token, "unknown name " + name, nameHelp(name));
    }

    private static String nameHelp(String name) {
        return Spelling.closest(name, List.of("principal", "action", "resource", "context"))
                .map(word -> "did you mean `" + word + "`?")
                .orElse(
                        "text stands in quotes; the request is principal, action, resource, context");
    }

    private Expression function(Token token, String name) throws PolicyException {
        Optional<ExtensionFunction> function = ExtensionFunction.find(name, false);
        if (function.isEmpty()) {
            boolean method =
                    METHODS.contains(name) || ExtensionFunction.find(name, true).isPresent();
            throw method
                    ? cursor.syntax(token, name + " is a method", "write value." + name + "(…)")
                    : cursor.syntax(
                            token,
                            "unknown function " + name,
                            Spelling.help(name, ExtensionFunction.words(false)));
        }
        List<Expression> arguments = arguments();
        height.grow(token.at(), height.last());
        return new Expression.Call(token.at(), function.get(), List.copyOf(arguments));
    }

    private Expression bracketed(Token token) throws PolicyException {
        if (cursor.takeIf("(")) {
            Expression inside = expressions.parse();
            cursor.expect(")", "to close the bracket");
            return inside;
        }
        if (cursor.takeIf("[")) {
            List<Expression> elements = list("]");
            height.grow(token.at(), height.last());
            return new Expression.SetOf(token.at(), List.copyOf(elements));
        }
        if (cursor.takeIf("{")) {
            return struct(token);
        }
        throw cursor.expected("an expression");
    }

    private Expression struct(Token open) throws PolicyException {
        // Sorted: the order in which members are evaluated shows only in which error is named.
        Map<String, Expression> members = new TreeMap<>();
        int highest = 0;
        while (!cursor.peek().is("}")) {
            Token key = cursor.peek();
            String name =
                    key.kind() == Token.Kind.STRING
                            ? cursor.string("a key")
                            : key.isWord("if")
                                    ? cursor.take().text()
                                    : cursor.identifier("a record's key");
            cursor.expect(":", "after the key");
            Expression value = expressions.parse();
            highest = Math.max(highest, height.last());
            if (members.put(name, value) != null) {
                throw cursor.syntax(key, "a second member " + Quoting.literal(name), "");
            }
            if (!cursor.takeIf(",")) {
                break;
            }
        }
        cursor.expect("}", "or `,` after a member");
        height.grow(open.at(), highest);
        return new Expression.Struct(open.at(), members);
    }
}
