package rein.detect;

import java.util.List;

/**
 * How the arguments of an exec travel in a record's content, member {@code argv}: joined by U+001F
 * (unit separator), because a space is ambiguous and U+0000 may not stand in every store.
 *
 * <p>A program may put U+001F into an argument and so shift where one argument ends. An exec record
 * is evidence, not a control, so that is accepted.
 */
public final class Argv {
    /** Between two arguments; whoever writes EXEC records joins with this. */
    public static final String SEPARATOR = "\u001f";

    /** Longer command lines are read up to here; the longest real ones are class paths. */
    static final int ARGUMENTS_MAX = 512;

    private Argv() {}

    public static String join(List<String> arguments) {
        return String.join(SEPARATOR, arguments);
    }

    /** At most {@link #ARGUMENTS_MAX} arguments; an empty text has none. */
    public static List<String> split(String joined) {
        if (joined.isEmpty()) {
            return List.of();
        }
        String[] parts = joined.split(SEPARATOR, ARGUMENTS_MAX + 1);
        return List.of(parts).subList(0, Math.min(parts.length, ARGUMENTS_MAX));
    }

    /** What stands after the last slash. */
    static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
