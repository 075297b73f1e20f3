package rein.gateway.egress;

/**
 * The first bytes of a denied connection as text: at most {@link Limits#EVIDENCE_BYTES_MAX} bytes,
 * what is not printable shown as a dot, and whatever looks like a secret masked with its length. It
 * goes into a record's content, never into its leaf.
 */
final class Evidence {
    /** Keys and tokens are longer; words, versions and method names are shorter. */
    private static final int WORD_CHARS_MAX = 15;

    private Evidence() {}

    static String of(byte[] bytes, int length) {
        StringBuilder text = new StringBuilder();
        StringBuilder word = new StringBuilder();
        int end = Math.min(length, Limits.EVIDENCE_BYTES_MAX);
        for (int i = 0; i < end; i++) {
            char c = (char) (bytes[i] & 0xff);
            if (inWord(c)) {
                word.append(c);
            } else {
                flush(word, text);
                text.append(shown(c));
            }
        }
        flush(word, text);
        return text.toString();
    }

    static String of(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return of(bytes, bytes.length);
    }

    private static char shown(char c) {
        boolean plain = c == '\n' || (c >= ' ' && c < 0x7f);
        return plain ? c : '.';
    }

    private static boolean inWord(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '_'
                || c == '%';
    }

    private static void flush(StringBuilder word, StringBuilder text) {
        if (word.length() > WORD_CHARS_MAX) {
            text.append("[masked ").append(word.length()).append(']');
        } else {
            text.append(word);
        }
        word.setLength(0);
    }
}
