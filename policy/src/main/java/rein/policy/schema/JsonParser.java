package rein.policy.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import rein.policy.value.Quoting;

/**
 * JSON (RFC 8259) to a tree with positions, by recursive descent; strict: no comments, no comma at
 * an end, no member twice. Bounded by {@link SchemaBounds}.
 */
final class JsonParser {
    private final String name;
    private final String text;
    private int offset;
    private int line = 1;
    private int column = 1;
    private int depth;

    private JsonParser(String name, String text) {
        this.name = name;
        this.text = text;
    }

    static Json parse(String name, String text) throws PolicyException {
        JsonParser parser = new JsonParser(name, text);
        if (text.length() > SchemaBounds.TEXT_CHARS_MAX) {
            throw parser.tooLarge(
                    "the text has " + text.length() + " characters",
                    "at most " + SchemaBounds.TEXT_CHARS_MAX + " are accepted");
        }
        Json parsed = parser.value();
        parser.skipBlanks();
        if (!parser.atEnd()) {
            throw parser.syntax("something follows the end of the JSON", "");
        }
        return parsed;
    }

    private Json value() throws PolicyException {
        skipBlanks();
        if (atEnd()) {
            throw syntax("expected a JSON value, found the end of the text", "");
        }
        Position at = here();
        return switch (text.charAt(offset)) {
            case '{' -> object(at);
            case '[' -> array(at);
            case '"' -> new Json.Str(at, string());
            case 't' -> word("true", new Json.Bool(at, true));
            case 'f' -> word("false", new Json.Bool(at, false));
            case 'n' -> word("null", new Json.Null(at));
            default -> number(at);
        };
    }

    private Json object(Position at) throws PolicyException {
        Map<String, Json> members = new LinkedHashMap<>();
        enter('{');
        while (!takeIf('}')) {
            if (!members.isEmpty()) {
                expect(',', "or `}` after a member");
            }
            skipBlanks();
            if (atEnd() || text.charAt(offset) != '"') {
                throw syntax("expected the name of a member in double quotes", "");
            }
            Position key = here();
            String member = string();
            expect(':', "after the name of a member");
            if (members.put(member, value()) != null) {
                throw problem(key, "a second member " + Quoting.literal(member), "");
            }
        }
        depth--;
        return new Json.Obj(at, members);
    }

    private Json array(Position at) throws PolicyException {
        List<Json> elements = new ArrayList<>();
        enter('[');
        while (!takeIf(']')) {
            if (!elements.isEmpty()) {
                expect(',', "or `]` after an element");
            }
            elements.add(value());
        }
        depth--;
        return new Json.Arr(at, elements);
    }

    private void enter(char open) throws PolicyException {
        if (++depth > SchemaBounds.DEPTH_MAX) {
            throw tooLarge("this is nested deeper than " + SchemaBounds.DEPTH_MAX, "");
        }
        expect(open, "here");
    }

    private Json word(String word, Json value) throws PolicyException {
        if (!text.startsWith(word, offset)) {
            throw syntax("expected a JSON value", "text stands in double quotes");
        }
        for (int i = 0; i < word.length(); i++) {
            step();
        }
        return value;
    }

    private Json number(Position at) throws PolicyException {
        int from = offset;
        skip('-');
        int whole = digits();
        boolean leadingZero = whole > 1 && text.charAt(offset - whole) == '0';
        boolean good = whole > 0 && !leadingZero;
        if (skip('.')) {
            good &= digits() > 0;
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            good &= digits() > 0;
        }
        if (!good) {
            throw problem(at, "expected a JSON value", "text stands in double quotes");
        }
        return new Json.Num(at, text.substring(from, offset));
    }

    private int digits() {
        int from = offset;
        while (!atEnd() && text.charAt(offset) >= '0' && text.charAt(offset) <= '9') {
            step();
        }
        return offset - from;
    }

    private String string() throws PolicyException {
        Position at = here();
        StringBuilder out = new StringBuilder();
        step();
        while (true) {
            if (atEnd()) {
                throw problem(at, "this string is not closed", "end it with \"");
            }
            char c = text.charAt(offset);
            if (c == '"') {
                step();
                return out.toString();
            }
            if (c < ' ') {
                throw syntax("a control character in a string", "write it as \\u00XX");
            }
            if (c == '\\') {
                step();
                escape(out);
            } else {
                int point = text.codePointAt(offset);
                step();
                out.appendCodePoint(point);
            }
        }
    }

    private void escape(StringBuilder out) throws PolicyException {
        char letter = atEnd() ? ' ' : text.charAt(offset);
        switch (letter) {
            case '"', '\\', '/' -> out.append(letter);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                step();
                out.append(hex());
                return;
            }
            default -> throw syntax("an unknown escape in a string", "");
        }
        step();
    }

    private char hex() throws PolicyException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = atEnd() ? -1 : Character.digit(text.charAt(offset), 16);
            if (digit < 0) {
                throw syntax("\\u takes four hexadecimal digits", "");
            }
            value = value * 16 + digit;
            step();
        }
        return (char) value;
    }

    private boolean takeIf(char symbol) {
        skipBlanks();
        return skip(symbol);
    }

    private boolean skip(char symbol) {
        boolean there = !atEnd() && text.charAt(offset) == symbol;
        if (there) {
            step();
        }
        return there;
    }

    private void expect(char symbol, String where) throws PolicyException {
        if (!takeIf(symbol)) {
            throw syntax("expected `" + symbol + "` " + where, "");
        }
    }

    private void skipBlanks() {
        while (!atEnd() && " \t\n\r".indexOf(text.charAt(offset)) >= 0) {
            step();
        }
    }

    private boolean atEnd() {
        return offset == text.length();
    }

    private Position here() {
        return new Position(line, column);
    }

    private void step() {
        int point = text.codePointAt(offset);
        offset += Character.charCount(point);
        if (point == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
    }

    private PolicyException syntax(String message, String help) {
        return problem(here(), message, help);
    }

    private PolicyException problem(Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.SYNTAX, new Problem(name, at, message, help));
    }

    private PolicyException tooLarge(String message, String help) {
        return new PolicyException(
                PolicyException.Code.TOO_LARGE, new Problem(name, here(), message, help));
    }
}
