package rein.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import rein.sandbox.Linux;
import rein.vocabulary.Ticker;

/** Where time and randomness of the real world enter; everything else is handed them. */
public record World(Linux linux, InstantSource clock, Ticker ticker, SecureRandom random) {
    public static World real() {
        Linux linux = Linux.host();
        return new World(linux, Clock.systemUTC(), linux.bootTicker(), new SecureRandom());
    }
}
