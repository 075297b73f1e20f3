package rein.gateway.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** Tells where a redirected connection was going (SO_ORIGINAL_DST). */
@FunctionalInterface
public interface OriginalDestination {
    /**
     * Where it was going before the kernel redirected it.
     *
     * @throws IOException if the kernel does not know; the connection is then refused
     */
    InetSocketAddress of(SocketChannel accepted) throws IOException;
}
