package rein.gateway;

import java.util.Optional;

/**
 * What a run was denied and a person could allow: exactly this host, port and protocol.
 *
 * @param host a name, or an address literal
 * @param protocol as policy sees it; {@code connect} for a tunnel in which nothing was said yet
 * @param named whether the run asked for a name
 * @param addressClass what the address is, where the host is one
 */
public record Wanted(
        String host, int port, String protocol, boolean named, Optional<String> addressClass) {
    /** {@code host:port}, IPv6 in brackets. */
    public String destination() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
