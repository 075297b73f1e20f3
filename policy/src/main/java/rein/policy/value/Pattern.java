package rein.policy.value;

import java.util.List;

/**
 * The right side of {@code like}: literal characters and wildcards that match any text, also none.
 */
public final class Pattern {
    /** Not a code point: stands for the {@code *} that matches any text. */
    public static final int WILDCARD = -1;

    private final String prefix;
    private final String suffix;
    private final int wildcards;
    private final int[] points;

    public Pattern(List<Integer> pattern) {
        int first = pattern.indexOf(WILDCARD);
        int last = pattern.lastIndexOf(WILDCARD);
        this.wildcards = (int) pattern.stream().filter(point -> point == WILDCARD).count();
        this.prefix = text(pattern.subList(0, first < 0 ? pattern.size() : first));
        this.suffix = text(pattern.subList(last < 0 ? pattern.size() : last + 1, pattern.size()));
        this.points = pattern.stream().mapToInt(Integer::intValue).toArray();
    }

    private static String text(List<Integer> points) {
        StringBuilder text = new StringBuilder(points.size());
        points.forEach(text::appendCodePoint);
        return text.toString();
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
        // Most patterns have no wildcard or one: "text*", "*.example".
        if (wildcards == 0) {
            return text.equals(prefix);
        }
        if (text.length() < prefix.length() + suffix.length()
                || !text.endsWith(suffix)
                || !text.startsWith(prefix)) {
            return false;
        }
        if (wildcards == 1) {
            return true;
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
