package rein.respond;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What waits for a second person, by denial. Used under the lock of {@link Approvals}. */
final class Proposals {
    /** More than two people look through in a day. */
    static final int COUNT_MAX = 256;

    /** Whoever proposed something yesterday may not know any more what for. */
    static final Duration LENGTH_MAX = Duration.ofHours(24);

    private final InstantSource clock;
    private final Map<UUID, Proposal> byDenial = new LinkedHashMap<>();

    Proposals(InstantSource clock) {
        this.clock = clock;
    }

    Optional<Proposal> find(UUID denial) {
        forgetOld();
        return Optional.ofNullable(byDenial.get(denial));
    }

    boolean hasRoom(UUID denial) {
        forgetOld();
        return byDenial.size() < COUNT_MAX || byDenial.containsKey(denial);
    }

    void put(Proposal proposal) {
        byDenial.put(proposal.denial().id(), proposal);
    }

    void remove(UUID denial) {
        byDenial.remove(denial);
    }

    /** Oldest first. */
    List<Proposal> all() {
        forgetOld();
        return List.copyOf(byDenial.values());
    }

    private void forgetOld() {
        Instant oldest = clock.instant().minus(LENGTH_MAX);
        byDenial.values().removeIf(proposal -> proposal.since().isBefore(oldest));
    }
}
