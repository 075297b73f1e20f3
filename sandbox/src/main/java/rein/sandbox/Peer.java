package rein.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

/**
 * The process at the other end of a Unix socket, as the kernel saw it connect ({@code SO_PEERCRED},
 * unix(7)). The process may have ended since, and its id may be another's by now: see {@link
 * CallerProcess}.
 *
 * @param pid 0 where it lies in a process-id namespace that this one does not see
 * @param uid and {@code gid} as this process's user namespace numbers them
 */
public record Peer(long pid, int uid, int gid) {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int UCRED_BYTES = 12;

    /** Reads them off sockets; safe for any thread. */
    public static final class Reader {
        private final Linux linux;
        private final ChannelDescriptor descriptor = new ChannelDescriptor();

        public Reader(Linux linux) {
            this.linux = linux;
        }

        /**
         * Who connected.
         *
         * @throws SandboxException when the channel is no Unix socket
         */
        public Peer of(SocketChannel channel) {
            byte[] credentials = new byte[UCRED_BYTES];
            int result =
                    linux.getsockopt(descriptor.of(channel), SOL_SOCKET, SO_PEERCRED, credentials);
            if (result < 0) {
                throw new SandboxException(
                        SandboxException.Code.SYSTEM_CALL,
                        "The kernel does not say who is calling (" + Errno.name(-result) + ").",
                        -result);
            }
            ByteBuffer fields = ByteBuffer.wrap(credentials).order(ByteOrder.nativeOrder());
            return new Peer(fields.getInt(0), fields.getInt(4), fields.getInt(8));
        }
    }
}
