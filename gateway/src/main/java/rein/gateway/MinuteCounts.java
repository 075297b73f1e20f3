package rein.gateway;

import java.util.ArrayList;
import java.util.List;

/**
 * How often something happened in the last hour, in one count for each minute. A window of n
 * minutes is the minute that goes on and the n − 1 before it, so it spans between n − 1 and n
 * minutes. Used under the lock of {@link RunLedger}.
 */
final class MinuteCounts {
    /** An hour: the longest window that a policy can ask for. */
    static final int MINUTES = 60;

    /**
     * All of it, to be given from one node to the next.
     *
     * @param minute the newest, counted from when the machine started
     * @param counts of the last hour's minutes, the newest last
     */
    public record Copy(long minute, List<Long> counts) {
        public Copy {
            counts = List.copyOf(counts);
            if (counts.size() != MINUTES) {
                throw new IllegalArgumentException(counts.size() + " minutes");
            }
        }
    }

    private final long[] ring = new long[MINUTES];
    private long newest;

    MinuteCounts() {}

    MinuteCounts(Copy copy) {
        newest = copy.minute();
        for (int i = 0; i < MINUTES; i++) {
            ring[at(newest - (MINUTES - 1) + i)] = copy.counts().get(i);
        }
    }

    void add(long minute, long more) {
        advance(minute);
        ring[at(newest)] += more;
    }

    /** The sum of so many minutes up to this one. */
    long sum(long minute, int minutes) {
        advance(minute);
        long sum = 0;
        for (int i = 0; i < minutes; i++) {
            sum += ring[at(newest - i)];
        }
        return sum;
    }

    Copy copy() {
        List<Long> counts = new ArrayList<>(MINUTES);
        for (int i = MINUTES - 1; i >= 0; i--) {
            counts.add(ring[at(newest - i)]);
        }
        return new Copy(newest, counts);
    }

    private void advance(long minute) {
        if (minute - newest >= MINUTES) {
            java.util.Arrays.fill(ring, 0);
            newest = minute;
        }
        while (newest < minute) {
            newest++;
            ring[at(newest)] = 0;
        }
    }

    private static int at(long minute) {
        return (int) Math.floorMod(minute, (long) MINUTES);
    }
}
