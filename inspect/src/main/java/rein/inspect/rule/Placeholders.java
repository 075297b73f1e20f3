package rein.inspect.rule;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import rein.inspect.gate.Ascii;

/** Values that people write where a secret would stand: in documents, examples and templates. */
public final class Placeholders {
    private static final List<String> WORDS =
            List.of(
                    "example",
                    "sample",
                    "placeholder",
                    "changeme",
                    "change-me",
                    "change_me",
                    "dummy",
                    "redacted",
                    "your-",
                    "your_",
                    "yourtoken",
                    "yourkey",
                    "yoursecret",
                    "insert",
                    "replace",
                    "foobar",
                    "xxxx",
                    "****",
                    "....",
                    "0123456789",
                    "1234567890",
                    "abcdefgh",
                    "deadbeef",
                    "my-secret",
                    "my_secret",
                    "notreal",
                    "not-real",
                    "fake",
                    "secret-key-here",
                    "todo",
                    "lorem");

    /** Only as a whole: a real password may well have one of these in it. */
    private static final Set<String> WHOLE =
            Set.of(
                    "password",
                    "passwd",
                    "pass",
                    "secret",
                    "token",
                    "user",
                    "admin",
                    "root",
                    "test",
                    "guest",
                    "postgres",
                    "mysql",
                    "redis",
                    "rabbitmq",
                    "minio",
                    "none",
                    "null");

    private static final int REPEAT_MAX = 6;

    private Placeholders() {}

    /** Whether a value is plainly made up or is filled in later. */
    public static boolean is(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (WHOLE.contains(lower)) {
            return true;
        }
        for (String word : WORDS) {
            if (lower.contains(word)) {
                return true;
            }
        }
        return isTemplate(value) || hasRun(value);
    }

    /** {@code ${NAME}}, {@code <name>}, {@code {{ name }}}, {@code %NAME%}, {@code $NAME}. */
    private static boolean isTemplate(String value) {
        char first = value.charAt(0);
        char last = value.charAt(value.length() - 1);
        return value.contains("${")
                || value.contains("{{")
                || value.contains("$(")
                || (first == '<' && last == '>')
                || (first == '%' && last == '%')
                || (first == '$' && value.chars().skip(1).allMatch(Ascii::isWord));
    }

    /** One character again and again, or counting up. */
    private static boolean hasRun(String value) {
        int same = 1;
        int up = 1;
        for (int i = 1; i < value.length(); i++) {
            int step = value.charAt(i) - value.charAt(i - 1);
            same = step == 0 ? same + 1 : 1;
            up = step == 1 ? up + 1 : 1;
            if (same >= REPEAT_MAX || up >= REPEAT_MAX) {
                return true;
            }
        }
        return false;
    }
}
