package rein.server.api;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What an agent was denied and a person could allow, or waits for.
 *
 * @param shortId what {@code rein approve} takes
 * @param run short id of the run
 * @param live whether the run goes on
 * @param aboveCeiling whether one person alone may not allow it
 * @param people how many it needs
 * @param proposed who approved it already, and for how long; it waits for a second person
 * @param held while the request itself waits at its door: yes lets exactly it through, once
 */
public record DenialView(
        UUID id,
        String shortId,
        String agent,
        String owner,
        String run,
        boolean live,
        String host,
        int port,
        String protocol,
        String destination,
        Instant since,
        boolean aboveCeiling,
        int people,
        Optional<Proposed> proposed,
        Optional<Held> held) {
    /**
     * A first approval.
     *
     * @param terms as they are typed: {@code --for 24h}
     */
    public record Proposed(String by, String terms, Instant since) {}

    /**
     * A request that waits.
     *
     * @param role who may approve it: owner (of the agent, or an operator) or operator
     * @param until when it is refused unless somebody answers
     */
    public record Held(String role, Instant until) {}
}
