package rein.policy.value;

import java.util.List;

/**
 * The right side of {@code like}: literal characters and wildcards that match any text, also none.
 */
public final class Pattern {
    /** Not a code point: stands for the {@code *} that matches any text. */
    public static final int WILDCARD = -1;

    private final String prefix;
    private final boolean prefixOnly;
    private final int[] points;

    public Pattern(List<Integer> pattern) {
        int wildcard = pattern.indexOf(WILDCARD);
        int literals = wildcard < 0 ? pattern.size() : wildcard;
        StringBuilder text = new StringBuilder(literals);
        pattern.subList(0, literals).forEach(text::appendCodePoint);
        this.prefix = text.toString();
        this.prefixOnly = wildcard >= 0 && wildcard == pattern.size() - 1;
        this.points = pattern.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Code points and {@link #WILDCARD}. */
    public int[] points() {
        return points.clone();
    }

    /**
     * Greedy with one point of return: after a later wildcard an earlier one never has to be tried
     * again, so the cost is at most text length times pattern length, without recursion.
     */
    public boolean matches(String text) {
        // Most patterns begin with text, and many are "text*".
        boolean begins = text.startsWith(prefix);
        if (prefixOnly || !begins) {
            return begins;
        }
        int inText = 0;
        int inPattern = 0;
        int wildcard = -1;
        int retryAt = 0;
        while (inText < text.length()) {
            int point = text.codePointAt(inText);
            if (inPattern < points.length && points[inPattern] == WILDCARD) {
                wildcard = inPattern++;
                retryAt = inText;
            } else if (inPattern < points.length && points[inPattern] == point) {
                inPattern++;
                inText += Character.charCount(point);
            } else if (wildcard >= 0) {
                retryAt += Character.charCount(text.codePointAt(retryAt));
                inText = retryAt;
                inPattern = wildcard + 1;
            } else {
                return false;
            }
        }
        while (inPattern < points.length && points[inPattern] == WILDCARD) {
            inPattern++;
        }
        return inPattern == points.length;
    }
}
