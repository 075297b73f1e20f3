package rein.gateway.ingress;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Makes sockets that belong to one run's network namespace; called from many threads. */
@FunctionalInterface
public interface InsideSockets {
    /** A new unconnected IPv4 socket in blocking mode. */
    SocketChannel open() throws IOException;
}
