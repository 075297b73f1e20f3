package rein.respond;

import java.time.Instant;
import java.util.UUID;
import rein.vocabulary.Consent;

/**
 * A request that waits at a door for a person's yes or no.
 *
 * @param what where the run wants to go; its id is that of the record that asks
 * @param digest of exactly this request; the yes is to it and to no other
 * @param until when it is refused unless somebody answers, by the wall clock
 */
public record HeldAsk(Denial what, Consent consent, String digest, Instant until) {
    public UUID id() {
        return what.id();
    }
}
