package rein.inspect.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The automaton against looking for each keyword at each place. */
final class AutomatonTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void itFindsWhatIsThere(long seed) {
        Random random = new Random(seed);
        TreeSet<String> words = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            words.add(word(random, 1 + random.nextInt(5)));
        }
        List<String> keywords = new ArrayList<>(words);
        String text = word(random, 2_000);
        List<String> wanted = new ArrayList<>();
        String lower = text.toLowerCase(Locale.ROOT);
        for (int end = 1; end <= text.length(); end++) {
            for (int k = 0; k < keywords.size(); k++) {
                if (lower.substring(0, end).endsWith(keywords.get(k).toLowerCase(Locale.ROOT))) {
                    wanted.add(k + "@" + end);
                }
            }
        }
        List<String> found = new ArrayList<>();
        new Automaton(keywords.stream().map(each -> each.getBytes(ISO_8859_1)).toList())
                .scan(
                        text.getBytes(ISO_8859_1),
                        0,
                        text.length(),
                        (keyword, end) -> found.add(keyword + "@" + end));
        assertThat(found).containsExactlyInAnyOrderElementsOf(wanted);
    }

    /** Few different letters, so that keywords overlap and contain each other. */
    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append("aAbBc\u00e9".charAt(random.nextInt(6)));
        }
        return word.toString();
    }

    @Test
    void anEmptyKeywordIsRefused() {
        assertThatThrownBy(() -> new Automaton(List.of(new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
