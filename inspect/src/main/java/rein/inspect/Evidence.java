package rein.inspect;

/** What a person may see of a value: enough to recognise it, too little to use it. */
final class Evidence {
    /** Prefixes such as {@code AKIA} or {@code ghp_} name the kind; what follows is the secret. */
    private static final int SHOWN_MAX = 4;

    /** Of less than this, four characters would be much. */
    private static final int LENGTH_MIN = 16;

    private Evidence() {}

    static String of(String value, String family) {
        boolean shows = family.equals("secret") && value.length() >= LENGTH_MIN;
        StringBuilder out = new StringBuilder();
        for (int i = 0; shows && i < SHOWN_MAX; i++) {
            char c = value.charAt(i);
            out.append(c > ' ' && c < 127 ? c : '.');
        }
        return out.append("… (").append(value.length()).append(" bytes)").toString();
    }
}
