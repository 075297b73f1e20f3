package rein.respond;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits a bounded time, whatever became of it, and is not hurried: a stop whose caller is
 * interrupted (its connection went away, the server ends) must still be recorded before it takes
 * effect. The interrupt is kept for the caller.
 */
final class Patience {
    private Patience() {}

    /** Returns when it is done or the time is up; ask the future which. */
    static void upTo(Future<?> future, Duration max) {
        boolean hurried = false;
        try {
            while (true) {
                try {
                    future.get(max.toNanos(), TimeUnit.NANOSECONDS);
                    return;
                } catch (ExecutionException | TimeoutException over) {
                    return;
                } catch (InterruptedException notNow) {
                    hurried = true;
                }
            }
        } finally {
            if (hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
