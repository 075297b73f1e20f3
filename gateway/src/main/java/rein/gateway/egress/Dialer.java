package rein.gateway.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import rein.gateway.GatewayException;
import rein.vocabulary.Ticker;

/**
 * Connects, from the host's own namespace, to addresses that have been checked or to the proxy that
 * the node is set up with; to no other.
 */
final class Dialer {
    /**
     * @param address the checked address that answered
     */
    record Upstream(Wire wire, InetSocketAddress address) {}

    private Dialer() {}

    /**
     * @throws GatewayException UNREACHABLE if none answers; one about the proxy if it stands
     *     between
     * @throws IOException if the flow is cut meanwhile
     */
    static Upstream dial(Clearance.Granted granted, Flow flow, Ticker ticker)
            throws GatewayException, IOException {
        Upstream upstream = connect(granted, flow);
        if (granted.through().isPresent() && !granted.absoluteForm()) {
            ProxyTunnel.open(upstream.wire(), granted.ask().to(), granted.through().get(), ticker);
            flow.progress();
        }
        return upstream;
    }

    private static Upstream connect(Clearance.Granted granted, Flow flow)
            throws GatewayException, IOException {
        String last = "no address";
        int tried = 0;
        for (InetSocketAddress address : granted.addresses()) {
            if (tried++ == Limits.DIALS_MAX) {
                break;
            }
            SocketChannel channel = SocketChannel.open();
            flow.attach(channel);
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.socket().connect(address, Limits.CONNECT_MILLIS_MAX);
                flow.progress();
                return new Upstream(new Wire(channel), address);
            } catch (IOException failed) {
                boolean over = flow.isOver();
                flow.detach(channel);
                channel.close();
                if (over) {
                    throw failed;
                }
                last = failed.getMessage();
            }
        }
        Optional<UpstreamProxy> through = granted.through();
        throw through.isPresent()
                ? new GatewayException(
                        GatewayException.Code.PROXY_FAILED,
                        "the proxy " + through.get() + " does not answer: " + last)
                : new GatewayException(
                        GatewayException.Code.UNREACHABLE,
                        granted.ask().to() + " does not answer: " + last);
    }
}
