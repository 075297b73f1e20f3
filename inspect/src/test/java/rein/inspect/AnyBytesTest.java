package rein.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.inspect.rule.Rule;
import rein.inspect.rule.ShippedRules;

/** Whatever the bytes are, a scan ends with finds that lie in them, apart from each other. */
final class AnyBytesTest {
    private static final Inspector INSPECTOR = Inspector.shipped();
    private static final int TEXTS = 300;
    private static final int BYTES_MAX = 3_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aScanEnds(long seed) {
        Random random = new Random(seed);
        List<byte[]> parts = new ArrayList<>();
        for (Rule rule : ShippedRules.all()) {
            rule.keywords().forEach(word -> parts.add(word.getBytes(UTF_8)));
            rule.examples().forEach(text -> parts.add(text.getBytes(UTF_8)));
        }
        for (String part :
                List.of("\\u00", "%", "%4", "&#x", "&#", "\u001b[", "\u200b", "==", "\\")) {
            parts.add(part.getBytes(UTF_8));
        }
        for (int i = 0; i < TEXTS; i++) {
            byte[] text = text(random, parts);
            long end = 0;
            for (Match match : INSPECTOR.scan(text).matches()) {
                assertThat(match.start())
                        .as("seed %d, text %d", seed, i)
                        .isGreaterThanOrEqualTo(end);
                end = match.end();
            }
            assertThat(end).isLessThanOrEqualTo(text.length);
        }
    }

    /** Parts of what is looked for, cut anywhere, among bytes of all kinds. */
    private static byte[] text(Random random, List<byte[]> parts) {
        byte[] text = new byte[random.nextInt(BYTES_MAX)];
        random.nextBytes(text);
        int at = 0;
        while (at < text.length) {
            byte[] part = parts.get(random.nextInt(parts.size()));
            int length = Math.min(text.length - at, 1 + random.nextInt(part.length));
            System.arraycopy(part, random.nextInt(part.length - length + 1), text, at, length);
            at += length + random.nextInt(4);
        }
        return text;
    }
}
