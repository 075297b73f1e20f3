package rein.policy.syntax;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import rein.policy.value.Quoting;

/** Finds the word that was probably meant. */
public final class Spelling {
    /** More than two changes (a third of a short word) is another word, not a slip. */
    private static final int CHANGES_MAX = 2;

    /** Long names are not compared: the cost is the product of the lengths. */
    private static final int CHARS_MAX = 64;

    private Spelling() {}

    /** {@code did you mean "x"?}, or what there is to choose from. */
    public static String help(String word, Collection<String> known) {
        return closest(word, known)
                .map(found -> "did you mean " + Quoting.literal(found) + "?")
                .orElseGet(() -> "one of " + String.join(", ", known));
    }

    public static Optional<String> closest(String word, Collection<String> known) {
        String best = "";
        int fewest = Math.min(CHANGES_MAX, word.length() / 2) + 1;
        for (String candidate : known) {
            int changes = changes(word, candidate);
            if (changes < fewest) {
                fewest = changes;
                best = candidate;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /** Insertions, deletions, substitutions and swaps of neighbours; case does not count. */
    private static int changes(String left, String right) {
        if (left.length() > CHARS_MAX || right.length() > CHARS_MAX) {
            return Integer.MAX_VALUE;
        }
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
                least = Math.min(least, cost[i - 1][j - 1] + same);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = least;
            }
        }
        return cost[a.length()][b.length()];
    }
}
