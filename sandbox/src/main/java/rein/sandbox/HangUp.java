package rein.sandbox;

import java.nio.channels.SocketChannel;

/**
 * Whether the other end of an accepted connection hung up, asked of the kernel without reading:
 * {@code TCP_INFO} (tcp(7)). Needs {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}. Safe for
 * any thread.
 */
public final class HangUp {
    private static final int SOL_TCP = 6;
    private static final int TCP_INFO = 11;

    /** The kernel gives as much of struct tcp_info as is asked for; its first byte is the state. */
    private static final int STATE_BYTES = 8;

    private static final byte TCP_ESTABLISHED = 1;

    private final Linux linux;
    private final ChannelDescriptor descriptor = new ChannelDescriptor();

    /**
     * @throws SandboxException {@code UNSUPPORTED} when the JVM was started without the flag
     */
    public HangUp(Linux linux) {
        this.linux = linux;
    }

    /**
     * True after a FIN or a reset. A FIN may mean "no more from me, I still listen" (RFC 9293
     * §3.6); the kernel cannot tell the two apart, and whoever closes its half before it was
     * answered is rare among clients.
     */
    public boolean of(SocketChannel accepted) {
        byte[] info = new byte[STATE_BYTES];
        return linux.getsockopt(descriptor.of(accepted), SOL_TCP, TCP_INFO, info) >= 0
                && info[0] != TCP_ESTABLISHED;
    }
}
