package rein.detect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest things of a kind, bounded in number and in event time. Immutable. Things may come in
 * out of order: what is kept is measured from the newest event time seen, plus the lateness that is
 * tolerated.
 *
 * @param items in order of arrival
 * @param newestNanos the newest event time seen
 * @param max when it is full, what came in first leaves
 */
public record Window<T extends Window.Timed>(
        List<T> items, long newestNanos, long spanNanos, int max) {
    /**
     * How much later than a newer record an older one may come in and still be joined with it: a
     * busy exec observer lags by milliseconds, a log writer that waits for a disk by seconds.
     */
    public static final Duration LATENESS_MAX = Duration.ofSeconds(30);

    /** Something that happened at a time. */
    public interface Timed {
        long nanos();
    }

    static <T extends Timed> Window<T> of(Duration span, int max) {
        return new Window<>(List.of(), Long.MIN_VALUE, span.toNanos(), max);
    }

    Window<T> with(T item) {
        long newest = items.isEmpty() ? item.nanos() : Math.max(newestNanos, item.nanos());
        long horizon = newest - spanNanos - LATENESS_MAX.toNanos();
        List<T> kept = new ArrayList<>(items.size() + 1);
        for (T old : items) {
            if (old.nanos() >= horizon) {
                kept.add(old);
            }
        }
        kept.add(item);
        List<T> bounded = kept.size() <= max ? kept : kept.subList(kept.size() - max, kept.size());
        return new Window<>(List.copyOf(bounded), newest, spanNanos, max);
    }

    /** What lies within the span of this moment, before or after it. */
    List<T> around(long nanos) {
        return items.stream().filter(item -> Math.abs(item.nanos() - nanos) <= spanNanos).toList();
    }

    /** What lies within the span that ends at this moment. */
    List<T> upTo(long nanos) {
        return items.stream()
                .filter(item -> item.nanos() <= nanos && item.nanos() >= nanos - spanNanos)
                .toList();
    }
}
