package rein.inspect.rule;

/** How unpredictable a text looks. */
public final class Entropy {
    private Entropy() {}

    /** Shannon's entropy of its characters' frequencies, in bits a character; 0 for empty text. */
    public static double bits(String text) {
        int[] counts = new int[256];
        for (int i = 0; i < text.length(); i++) {
            counts[text.charAt(i) & 0xff]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / text.length();
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }
}
