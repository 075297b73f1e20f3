package rein.scenarios;

import java.time.Duration;

/** Waits for what another process does, with a bound. */
final class Await {
    /** For whatever has no bound of its own; a loaded machine may need most of it. */
    static final Duration LONG = Duration.ofSeconds(90);

    private static final long POLL_MILLIS = 10;

    private Await() {}

    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    static void until(String what, Condition condition) {
        until(what, LONG, condition);
    }

    static void until(String what, Duration bound, Condition condition) {
        long end = System.nanoTime() + bound.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + bound.toMillis() + " ms: " + what);
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (Exception e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    /** Lets this much time pass, so that something has the opportunity to happen. */
    static void pass(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
