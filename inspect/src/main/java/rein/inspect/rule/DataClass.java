package rein.inspect.rule;

import rein.inspect.gate.Ascii;

/**
 * What kind of thing was found, {@code family/kind}: {@code secret/github-token}, {@code pii/iban}.
 * Data rather than an enum: whoever brings rules brings classes.
 */
public record DataClass(String name) implements Comparable<DataClass> {
    private static final int CHARS_MAX = 80;

    /**
     * Checks what it is given.
     *
     * @throws IllegalArgumentException if it is not of that form
     */
    public DataClass {
        int slash = name.indexOf('/');
        boolean formed =
                name.length() <= CHARS_MAX
                        && slash > 0
                        && slash < name.length() - 1
                        && name.chars()
                                .allMatch(c ->
                                        Ascii.isLower(c)
                                                || Ascii.isDigit(c)
                                                || c == '-'
                                                || c == '/');
        if (!formed) {
            throw new IllegalArgumentException(
                    "a class is family/kind in lower case, for example secret/api-key, not '"
                            + name
                            + "'");
        }
    }

    /** The part before the slash; actions are chosen by it. */
    public String family() {
        return name.substring(0, name.indexOf('/'));
    }

    @Override
    public int compareTo(DataClass other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
