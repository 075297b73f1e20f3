package rein.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.inspect.rule.Rule;
import rein.inspect.rule.ShippedRules;

/** A secret that is written otherwise is the same secret, and is found where it stands. */
final class ViewTest {
    private static final String SECRET =
            ShippedRules.all().stream()
                    .filter(rule -> rule.id().equals("npm-token"))
                    .map(Rule::examples)
                    .findFirst()
                    .orElseThrow()
                    .getFirst();

    private final Inspector inspector = Inspector.shipped();

    private Match only(String text) {
        List<Match> found = inspector.scan(text.getBytes(UTF_8)).matches();
        assertThat(found).as(text).hasSize(1);
        return found.getFirst();
    }

    private static String covered(String text, Match match) {
        byte[] bytes = text.getBytes(UTF_8);
        return new String(bytes, (int) match.start(), (int) (match.end() - match.start()), UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    @Test
    void asItIs() {
        Match match = only("see " + SECRET + " there");
        assertThat(match.views()).isEmpty();
        assertThat(match.evidence()).doesNotContain(SECRET.substring(5)).startsWith("npm_");
        assertThat(covered("see " + SECRET + " there", match)).isEqualTo(SECRET);
    }

    @Test
    void encodedOnceTwiceAndCompressed() throws IOException {
        String once = base64(SECRET.getBytes(UTF_8));
        assertThat(only("v=" + once + ";").views()).containsExactly("base64");
        assertThat(covered("v=" + once + ";", only("v=" + once + ";"))).isEqualTo(once);
        assertThat(only("v=" + base64(("k " + once).getBytes(UTF_8))).views())
                .containsExactly("base64", "base64");
        assertThat(only(base64(gzip("token is " + SECRET))).views()).containsExactly("base64+gzip");
        assertThat(only(HexFormat.of().formatHex(SECRET.getBytes(UTF_8))).views())
                .containsExactly("hex");
    }

    @Test
    void escaped() {
        StringBuilder unicode = new StringBuilder();
        StringBuilder percent = new StringBuilder();
        StringBuilder references = new StringBuilder();
        for (int i = 0; i < SECRET.length(); i++) {
            char c = SECRET.charAt(i);
            unicode.append(String.format("\\u%04x", (int) c));
            percent.append(String.format("%%%02X", (int) c));
            references.append("&#").append((int) c).append(';');
        }
        for (CharSequence each : List.of(unicode, percent, references)) {
            String text = "<" + each + "> end";
            assertThat(only(text).views()).containsExactly("escapes");
            assertThat(covered(text, only(text))).isEqualTo(each.toString());
        }
        String twice = URLEncoder.encode(percent.toString(), UTF_8);
        assertThat(only(twice).views()).containsExactly("escapes");
        assertThat(only("{\"a\":\"password=\\\"" + "k7Kq2vZx9LtB4wR8" + "\\\"\"}").rule())
                .isEqualTo("assigned-secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u200b", "\u00ad", "\u2060", "\u001b[1m", "\ufeff", "\u202e"})
    void brokenUpByWhatNobodySees(String unseen) {
        String text = SECRET.substring(0, 12) + unseen + SECRET.substring(12);
        assertThat(only(text).views()).containsExactly("escapes");
        assertThat(covered(text, only(text))).isEqualTo(text);
    }

    @Test
    void inLettersThatOnlyLookLatin() {
        StringBuilder wide = new StringBuilder();
        SECRET.chars().forEach(c -> wide.append((char) (c + 0xfee0)));
        assertThat(only(wide.toString()).rule()).isEqualTo("npm-token");
        assertThat(only(SECRET.replace('p', '\u0440')).rule()).isEqualTo("npm-token");
    }

    @Test
    void whatUnpacksWithoutEndIsBounded() throws IOException {
        String bomb = base64(gzip(" ".repeat(50_000_000)));
        assertThat(inspector.scan(bomb.getBytes(UTF_8)).isClean()).isTrue();
    }
}
