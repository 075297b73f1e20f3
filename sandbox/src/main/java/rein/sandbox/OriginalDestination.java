package rein.sandbox;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Where a redirected connection was meant to go: {@code SO_ORIGINAL_DST} of the accepted socket.
 * Needs {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}. Safe for any thread.
 */
public final class OriginalDestination {
    private static final int SOL_IP = 0;
    private static final int SO_ORIGINAL_DST = 80;
    private static final int SOCKADDR_IN_BYTES = 16;

    private final Linux linux;
    private final ChannelDescriptor descriptor = new ChannelDescriptor();

    /**
     * @throws SandboxException {@code UNSUPPORTED} when the JVM was started without the flag
     */
    public OriginalDestination(Linux linux) {
        this.linux = linux;
    }

    /** Empty when the connection was not redirected: it was made to the listener itself. */
    public Optional<InetSocketAddress> of(SocketChannel accepted) {
        byte[] address = new byte[SOCKADDR_IN_BYTES];
        if (linux.getsockopt(descriptor.of(accepted), SOL_IP, SO_ORIGINAL_DST, address) < 0) {
            return Optional.empty();
        }
        // struct sockaddr_in (ip(7)): family in host order, port and address in network order.
        ByteBuffer buffer = ByteBuffer.wrap(address);
        int port = Short.toUnsignedInt(buffer.getShort(2));
        byte[] ip = new byte[4];
        buffer.get(4, ip);
        try {
            InetSocketAddress destination =
                    new InetSocketAddress(InetAddress.getByAddress(ip), port);
            return destination.equals(accepted.socket().getLocalSocketAddress())
                    ? Optional.empty()
                    : Optional.of(destination);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
