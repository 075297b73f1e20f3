package rein.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import rein.vocabulary.Ticker;

/** A clock and a ticker that move only when told to, together. Safe for any thread. */
public final class SimulatedTime implements InstantSource, Ticker {
    private static final Instant START = Instant.parse("2026-11-01T08:00:00Z");
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get());
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back here: " + by);
        }
        nanos.addAndGet(by.toNanos());
    }
}
