package rein.vocabulary;

/**
 * Monotonic time for leases, timeouts and rates. In production CLOCK_BOOTTIME, which goes on while
 * a laptop sleeps; never the wall clock.
 */
@FunctionalInterface
public interface Ticker {
    /** Nanoseconds since an arbitrary fixed point of this boot. */
    long nanos();
}
