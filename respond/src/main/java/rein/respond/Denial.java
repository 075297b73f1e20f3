package rein.respond;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import rein.vocabulary.Uuid7;

/**
 * What was denied and could be granted: exactly one destination to one agent.
 *
 * @param id the record that names it
 * @param protocol what was spoken; {@code connect} for a tunnel in which nothing was said yet
 * @param named whether it was asked for by name
 * @param addressClass what the address is, where the host is one
 * @param when the first time in its run
 */
public record Denial(
        UUID id,
        String agent,
        String owner,
        UUID run,
        String host,
        int port,
        String protocol,
        boolean named,
        Optional<String> addressClass,
        Instant when) {
    /** What people type. */
    public String shortId() {
        return Uuid7.shortForm(id);
    }

    /** {@code host:port (protocol)}. */
    public String destination() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                + ":"
                + port
                + " ("
                + protocol
                + ")";
    }

    boolean isSameDestination(Denial other) {
        return agent.equals(other.agent)
                && host.equals(other.host)
                && port == other.port
                && protocol.equals(other.protocol);
    }
}
