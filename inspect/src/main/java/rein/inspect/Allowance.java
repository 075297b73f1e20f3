package rein.inspect;

/**
 * How often rules may be tried in one text, with all its views: trying costs some hundred
 * nanoseconds, so a text of nothing but keywords stays bounded. Used by one thread.
 */
final class Allowance {
    private static final int BYTES_A_TRY = 8;
    private static final int TRIES_MIN = 1_000;

    /** More in one text is a dump; the rule that finds on is then said not to be at its end. */
    private static final int FINDS_MAX = 4_096;

    private long triesLeft;
    private int findsLeft = FINDS_MAX;

    Allowance(int bytes) {
        this.triesLeft = (long) TRIES_MIN + bytes / BYTES_A_TRY;
    }

    boolean takeTry() {
        return findsLeft > 0 && --triesLeft >= 0;
    }

    void takeFind() {
        findsLeft--;
    }
}
