package rein.server;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was opened, closed in the opposite order; also when a start fails half-way. Used by one
 * thread.
 */
final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    <T extends AutoCloseable> T own(T part) {
        open.push(part);
        return part;
    }

    /** One part that does not close must not keep the others open. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                System.getLogger(Resources.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "closing " + part.getClass().getSimpleName(),
                                e);
            }
        }
    }
}
