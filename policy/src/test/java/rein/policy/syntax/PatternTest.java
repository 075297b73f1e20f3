package rein.policy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rein.policy.value.Pattern;

/** The linear matcher of {@code like} against a short, obviously correct one. */
class PatternTest {
    @Test
    void bothMatchAlike() {
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < 20_000; i++) {
            List<Integer> pattern = points(random, true);
            List<Integer> text = points(random, false);
            StringBuilder string = new StringBuilder();
            text.forEach(string::appendCodePoint);
            assertThat(new Pattern(pattern).matches(string.toString()))
                    .as("%s like %s", text, pattern)
                    .isEqualTo(matches(pattern, text));
        }
    }

    private static boolean matches(List<Integer> pattern, List<Integer> text) {
        if (pattern.isEmpty()) {
            return text.isEmpty();
        }
        List<Integer> rest = pattern.subList(1, pattern.size());
        if (pattern.getFirst() == Pattern.WILDCARD) {
            return IntStream.rangeClosed(0, text.size())
                    .anyMatch(i -> matches(rest, text.subList(i, text.size())));
        }
        return !text.isEmpty()
                && text.getFirst().equals(pattern.getFirst())
                && matches(rest, text.subList(1, text.size()));
    }

    /** Two letters and one beyond the basic plane, so that matches are common. */
    private static List<Integer> points(SplittableRandom random, boolean wildcards) {
        int[] alphabet = {'a', 'b', 0x1f600, Pattern.WILDCARD};
        return IntStream.range(0, random.nextInt(7))
                .mapToObj(_ -> alphabet[random.nextInt(wildcards ? 4 : 3)])
                .toList();
    }
}
