package rein.detect;

/**
 * Makes text that an agent chose fit for a sentence that a person reads on a terminal: printable
 * ASCII, bounded. A host name may carry anything, also terminal escapes.
 */
final class Plain {
    /** The longest DNS name (RFC 1035 §2.3.4). */
    static final int HOST_CHARS_MAX = 253;

    /** A file name longer than this says no more. */
    static final int FILE_CHARS_MAX = 120;

    private Plain() {}

    static String text(String text, int charsMax) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), charsMax));
        for (int i = 0; i < text.length() && clean.length() < charsMax; i++) {
            char c = text.charAt(i);
            clean.append(c > ' ' && c < 0x7f ? c : '?');
        }
        return clean.toString();
    }
}
