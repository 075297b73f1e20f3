package rein.sandbox;

import java.io.IOException;
import java.nio.channels.Channel;

/**
 * The network of a run as its launcher makes it where the node, not being root, cannot enter it:
 * links and rules in the namespace that the launcher was started in, and the three listeners, which
 * the node takes by number (pidfd_getfd(2)).
 */
public final class LauncherNetwork {
    // Out of the way of what a JVM has open, below the usual limit of 1024.
    static final int TCP_FD = 500;
    static final int PROXY_FD = 501;
    static final int DNS_FD = 502;

    /** On which the node is told of each program start before it happens. */
    static final int NOTIFY_FD = 503;

    private LauncherNetwork() {}

    /**
     * Makes it. The launcher needs the capabilities of its own namespaces.
     *
     * @throws SandboxException when the kernel or a tool refuses
     */
    public static void open(Linux linux) {
        ChannelDescriptor descriptor = new ChannelDescriptor();
        RunNetwork.setUp();
        try {
            keep(linux, descriptor, RunNetwork.listen(RunNetwork.TCP_PORT), TCP_FD);
            keep(linux, descriptor, RunNetwork.listen(RunNetwork.PROXY_PORT), PROXY_FD);
            keep(linux, descriptor, RunNetwork.receive(), DNS_FD);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SYSTEM_CALL,
                    "The run's listeners could not be bound: " + e.getMessage(),
                    e);
        }
    }

    private static void keep(Linux linux, ChannelDescriptor descriptor, Channel channel, int number)
            throws IOException {
        linux.duplicate(descriptor.of(channel), number);
        channel.close();
    }
}
