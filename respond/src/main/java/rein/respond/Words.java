package rein.respond;

/** Text from elsewhere, made fit for a sentence, a terminal and a record. */
final class Words {
    private Words() {}

    /** At most so many characters; control characters and lone surrogates become question marks. */
    static String clean(String text, int charsMax) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), charsMax));
        for (int i = 0; i < text.length() && clean.length() < charsMax; ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            boolean fits = clean.length() + Character.charCount(point) <= charsMax;
            int type = Character.getType(point);
            boolean shown =
                    type != Character.CONTROL
                            && type != Character.FORMAT
                            && type != Character.SURROGATE
                            && type != Character.LINE_SEPARATOR
                            && type != Character.PARAGRAPH_SEPARATOR;
            if (fits) {
                clean.appendCodePoint(shown ? point : '?');
            } else {
                break;
            }
        }
        return clean.toString();
    }
}
