package rein.vocabulary;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes UUIDv7 ids (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits. Safe for any
 * thread.
 */
public final class Uuid7 {
    private final InstantSource clock;
    private final RandomGenerator random;

    public Uuid7(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    public UUID next() {
        long high = clock.millis() << 16 | 0x7000L | (random.nextLong() & 0x0fffL);
        long low = 0x8000_0000_0000_0000L | (random.nextLong() & 0x3fff_ffff_ffff_ffffL);
        return new UUID(high, low);
    }

    /**
     * The last eight hex digits: random, so that runs started in the same millisecond differ.
     * People type this.
     */
    public static String shortForm(UUID id) {
        String text = id.toString();
        return text.substring(text.length() - 8);
    }
}
