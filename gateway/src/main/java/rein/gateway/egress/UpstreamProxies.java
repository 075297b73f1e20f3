package rein.gateway.egress;

import java.util.Optional;

/**
 * Which destinations are dialed through which proxy, as curl reads the three variables.
 *
 * @param tunnels {@code HTTPS_PROXY}: for TLS and whatever else is opaque, by CONNECT
 * @param clear {@code HTTP_PROXY}: for HTTP that is readable here, in absolute form
 * @param except {@code NO_PROXY}
 */
public record UpstreamProxies(
        Optional<UpstreamProxy> tunnels, Optional<UpstreamProxy> clear, NoProxy except) {
    /** Everything is dialed directly. */
    public static final UpstreamProxies NONE =
            new UpstreamProxies(Optional.empty(), Optional.empty(), NoProxy.parse(""));

    /**
     * The proxy for one destination; empty: it is dialed directly. What is on this machine always
     * is, since a proxy would take it for itself.
     */
    Optional<UpstreamProxy> of(Destination to, Protocol protocol, AddressCheck check) {
        boolean here =
                to.host().equals("localhost")
                        || to.literal()
                                .map(check::classOf)
                                .filter(of ->
                                        of == AddressClass.LOOPBACK
                                                || of == AddressClass.OWN
                                                || of == AddressClass.UNSPECIFIED)
                                .isPresent();
        boolean readable = protocol == Protocol.HTTP || protocol == Protocol.WEBSOCKET;
        return here || except.covers(to) ? Optional.empty() : readable ? clear : tunnels;
    }
}
