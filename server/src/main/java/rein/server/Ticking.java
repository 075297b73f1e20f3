package rein.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import rein.server.http.ProblemException;

/**
 * Work that is repeated, on one daemon thread; a failure is logged and tried again at the next
 * turn.
 */
final class Ticking implements AutoCloseable {
    /** What is repeated. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private final ScheduledExecutorService executor =
            Executors.newScheduledThreadPool(
                    1, Thread.ofPlatform().daemon().name("tick").factory());

    void every(long seconds, String what, Work work) {
        var _ =
                executor.scheduleWithFixedDelay(
                        () -> {
                            try {
                                work.run();
                            } catch (Exception e) {
                                System.getLogger(Ticking.class.getName())
                                        .log(
                                                System.Logger.Level.WARNING,
                                                what + ": " + ProblemException.why(e));
                            }
                        },
                        seconds,
                        seconds,
                        TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
