package rein.vocabulary;

import java.util.UUID;

/**
 * What one enforcement point did for one run.
 *
 * @param what for example {@code frozen}, {@code killed}, {@code flows-cut}
 * @param count processes, flows or sockets; 0 when there was nothing to cut
 * @param left what is still alive of it; 0 means done
 */
public record Cut(UUID run, String what, long count, long left, long elapsedMicros) {}
