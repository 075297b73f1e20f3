package rein.server.api;

import java.util.List;
import java.util.Map;

/**
 * Decisions of the last hour.
 *
 * @param losses what could not be observed or recorded in that hour, summed by name; empty is good
 * @param whole false when there was more than could be counted, so that early minutes are too low
 */
public record RatesView(List<Minute> minutes, Map<String, Long> losses, boolean whole) {
    public RatesView {
        minutes = List.copyOf(minutes);
        losses = Map.copyOf(losses);
    }

    /**
     * Decisions of one minute.
     *
     * @param start of the minute, in seconds since 1970
     */
    public record Minute(long start, long allowed, long denied) {}
}
