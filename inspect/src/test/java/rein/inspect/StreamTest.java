package rein.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.inspect.rule.Rule;
import rein.inspect.rule.ShippedRules;

/** However a text is cut into pieces, what is found in it and what comes out of it is the same. */
final class StreamTest {
    private static final Inspector INSPECTOR = Inspector.shipped();
    private static final List<Rule> RULES = ShippedRules.all();

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            Rule rule = RULES.get(random.nextInt(RULES.size()));
            List<String> some = random.nextBoolean() ? rule.examples() : rule.counterExamples();
            String value = some.get(random.nextInt(some.size()));
            text.append(
                    switch (random.nextInt(6)) {
                        case 0 -> "a line of ordinary text, 42 words or so; build 7 passed\n";
                        case 1 -> "{\"content\": \"" + value.replace("\"", "\\\"") + "\"}\n";
                        case 2 -> Base64.getEncoder().encodeToString(value.getBytes(UTF_8)) + " ";
                        case 3 -> "näher " + value + " und weiter\n";
                        case 4 -> value + " " + value + "\n";
                        default -> "X=" + value + "\n";
                    });
        }
        return text.toString();
    }

    static List<Match> streamed(byte[] whole, Random random, int most, ByteArrayOutputStream out) {
        InspectorStream stream = INSPECTOR.open();
        List<Match> all = new ArrayList<>();
        int at = 0;
        while (at < whole.length) {
            int next = Math.min(whole.length, at + 1 + random.nextInt(most));
            InspectorStream.Released released = stream.accept(whole, at, next);
            out.writeBytes(released.bytes());
            all.addAll(released.matches());
            at = next;
        }
        InspectorStream.Released last = stream.finish();
        out.writeBytes(last.bytes());
        all.addAll(last.matches());
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22})
    void cutAnywhereItIsTheSame(long seed) {
        Random random = new Random(seed);
        byte[] whole = text(random).getBytes(UTF_8);
        List<Match> wanted = INSPECTOR.scan(whole).matches();
        assertThat(wanted).isNotEmpty();
        for (int most : new int[] {1, 7, 64, 4_096}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            List<Match> found = streamed(whole, random, most, out);
            assertThat(out.toByteArray()).as("seed %d, pieces to %d", seed, most).isEqualTo(whole);
            assertThat(found).as("seed %d, pieces to %d", seed, most).isEqualTo(wanted);
        }
    }

    @Test
    void ordinaryTextIsHeldBackByAWordAtMost() {
        InspectorStream stream = INSPECTOR.open();
        byte[] text = "nothing to see in this line of text ".getBytes(UTF_8);
        int given = stream.accept(text, 0, text.length).bytes().length;
        assertThat(given).isGreaterThan(text.length - 8);
        byte[] word = "unfinish".getBytes(UTF_8);
        given += stream.accept(word, 0, word.length).bytes().length;
        assertThat(given).isLessThanOrEqualTo(text.length);
        given += stream.finish().bytes().length;
        assertThat(given).isEqualTo(text.length + word.length);
    }

    @Test
    void aLongWordThatComesByteByByteIsNotLookedAtForEachByte() {
        InspectorStream stream = INSPECTOR.open();
        byte[] word = "q7".repeat(20_000).getBytes(UTF_8);
        int given = 0;
        for (int i = 0; i < word.length; i++) {
            given += stream.accept(word, i, i + 1).bytes().length;
        }
        assertThat(stream.looks()).as("one for each quarter more").isLessThan(100);
        given += stream.finish().bytes().length;
        assertThat(given).isEqualTo(word.length);
    }

    @Test
    void aRunWithoutEndIsLetGoOf() {
        InspectorStream stream = INSPECTOR.open();
        byte[] piece = "z".repeat(10_000).getBytes(UTF_8);
        long released = 0;
        for (int i = 0; i < 100; i++) {
            released += stream.accept(piece, 0, piece.length).bytes().length;
        }
        assertThat(100L * piece.length - released)
                .isLessThan(InspectorStream.HELD_BYTES_MAX + 2L * piece.length);
    }
}
