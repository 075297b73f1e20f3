package rein.server.drill;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waiting for other processes: polled, bounded. */
final class Await {
    private static final long POLL_MILLIS = 50;

    private Await() {}

    /** Whether it came true within the time. */
    static boolean until(long millisMax, BooleanSupplier condition) {
        for (long waited = 0; waited < millisMax; waited += POLL_MILLIS) {
            if (condition.getAsBoolean()) {
                return true;
            }
            Lab.pause(POLL_MILLIS);
        }
        return condition.getAsBoolean();
    }

    /** Waits for a process to end by itself; ends it and its children when it does not. */
    static void end(Process process, long millisMax) {
        try {
            if (!process.waitFor(millisMax, TimeUnit.MILLISECONDS)) {
                kill(process);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
