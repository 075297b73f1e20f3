package rein.policy.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import rein.policy.syntax.Cursor;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Token;
import rein.policy.value.Quoting;

/** Types, names and annotations of the readable schema syntax. */
final class SchemaTypeParser {
    /** Cedar's reserved words, but for {@code __cedar}, where the built-in types are. */
    private static final Set<String> RESERVED =
            Set.of("true", "false", "if", "then", "else", "in", "is", "like", "has");

    private final Cursor cursor;
    private int depth;

    SchemaTypeParser(Cursor cursor) {
        this.cursor = cursor;
    }

    Map<String, String> annotations() throws PolicyException {
        Map<String, String> annotations = new LinkedHashMap<>();
        while (cursor.takeIf("@")) {
            Token key = cursor.peek();
            String id = cursor.word("the name of an annotation");
            String value = "";
            if (cursor.takeIf("(")) {
                value = cursor.string("the annotation's text");
                cursor.expect(")", "after the annotation's text");
            }
            if (annotations.put(id, value) != null) {
                throw cursor.syntax(key, "a second annotation @" + id, "");
            }
        }
        return annotations;
    }

    TypeTree type() throws PolicyException {
        Token token = cursor.peek();
        if (token.is("{")) {
            return struct();
        }
        if (token.isWord("Set") && cursor.peekSecond().is("<")) {
            enter(token);
            cursor.take();
            cursor.take();
            TypeTree element = type();
            cursor.expect(">", "after the type of the elements");
            depth--;
            return new TypeTree.SetOf(token.at(), element);
        }
        return new TypeTree.Named(token.at(), path("a type"), TypeTree.Kind.ANY);
    }

    TypeTree struct() throws PolicyException {
        Token open = cursor.peek();
        enter(open);
        cursor.expect("{", "before the attributes");
        Map<String, TypeTree.Member> members = new LinkedHashMap<>();
        while (!cursor.takeIf("}")) {
            Map<String, String> annotations = annotations();
            Token token = cursor.peek();
            String id = name("the name of an attribute");
            boolean required = !cursor.takeIf("?");
            cursor.expect(":", "after the attribute's name");
            TypeTree.Member member = new TypeTree.Member(token.at(), annotations, required, type());
            if (members.put(id, member) != null) {
                throw cursor.syntax(token, "a second attribute " + Quoting.literal(id), "");
            }
            if (!cursor.takeIf(",") && !cursor.peek().is("}")) {
                throw cursor.expected("`,` or `}` after an attribute");
            }
        }
        depth--;
        return new TypeTree.Struct(open.at(), members);
    }

    private void enter(Token at) throws PolicyException {
        if (++depth > SchemaBounds.DEPTH_MAX) {
            throw cursor.tooLarge(
                    at.at(), "this type is nested deeper than " + SchemaBounds.DEPTH_MAX, "");
        }
    }

    /** A word or a text in quotes. */
    String name(String what) throws PolicyException {
        return cursor.peek().kind() == Token.Kind.STRING ? cursor.string(what) : identifier(what);
    }

    String identifier(String what) throws PolicyException {
        Token token = cursor.peek();
        String word = cursor.word(what);
        if (RESERVED.contains(word)) {
            throw cursor.syntax(token, token.shown() + " is reserved and cannot be " + what, "");
        }
        return word;
    }

    /** {@code A::B::C}; what may follow is left. */
    String path(String what) throws PolicyException {
        StringBuilder path = new StringBuilder(identifier(what));
        while (cursor.peek().is("::") && cursor.peekSecond().kind() == Token.Kind.WORD) {
            cursor.take();
            path.append("::").append(identifier("part of a name"));
        }
        return path.toString();
    }
}
