package rein.gateway.egress;

import java.nio.channels.SocketChannel;

/**
 * Tells whether the client of a connection hung up, without reading from it: what it sent before is
 * still to be read, and may hide the end behind it. Asked several times a second from the
 * connection's thread while its request waits for people.
 */
@FunctionalInterface
public interface HangUps {
    /** Nobody can tell; what waits is then noticed to be deserted when it is answered. */
    HangUps UNSEEN = _ -> false;

    /** Whether the client closed or reset the connection, or its sending half. */
    boolean hungUp(SocketChannel accepted);
}
