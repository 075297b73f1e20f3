package rein.inspect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Puts a typed placeholder in the place of what was found; the change shows in the text itself. */
public final class Redaction {
    private Redaction() {}

    /** What stands in the place of a value of a class. */
    public static String placeholder(Match match) {
        return "[rein:redacted " + match.dataClass() + "]";
    }

    /** A placeholder of exactly so many bytes: cut, or filled up with asterisks. */
    public static byte[] placeholder(Match match, int bytes) {
        byte[] whole = placeholder(match).getBytes(StandardCharsets.US_ASCII);
        byte[] fitted = Arrays.copyOf(whole, bytes);
        Arrays.fill(fitted, Math.min(whole.length, bytes), bytes, (byte) '*');
        return fitted;
    }

    /**
     * The text without what was found.
     *
     * @param offset of the text's first byte in what the matches count in
     * @param matches in order, none over another, all within the text
     */
    public static byte[] apply(byte[] text, long offset, List<Match> matches) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 32);
        int at = 0;
        for (Match match : matches) {
            int start = Math.toIntExact(match.start() - offset);
            out.write(text, at, start - at);
            out.writeBytes(placeholder(match).getBytes(StandardCharsets.US_ASCII));
            at = Math.toIntExact(match.end() - offset);
        }
        out.write(text, at, text.length - at);
        return out.toByteArray();
    }
}
