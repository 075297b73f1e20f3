package rein.gateway.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import rein.gateway.GatewayException;

/** Connects, from the host's own namespace, to addresses that have been checked; to no other. */
final class Dialer {
    /**
     * @param address the checked address that answered
     */
    record Upstream(Wire wire, InetSocketAddress address) {}

    private Dialer() {}

    /**
     * @throws GatewayException UNREACHABLE if none answers
     * @throws IOException if the flow is cut meanwhile
     */
    static Upstream dial(Clearance.Granted granted, Flow flow)
            throws GatewayException, IOException {
        String last = "";
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
        throw new GatewayException(
                GatewayException.Code.UNREACHABLE,
                granted.ask().to() + " does not answer: " + last);
    }
}
