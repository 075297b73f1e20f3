package rein.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the listeners that a launcher bound in its own network namespace. Each is asked of the
 * kernel what it is, and of which namespace, before it is served.
 */
final class TakenNetwork {
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;

    /** The network namespace of a socket, as a descriptor (linux/sockios.h). */
    private static final int SIOCGSKNS = 0x894c;

    private final Linux linux;
    private final CallerProcess caller;
    private final ChannelDescriptor descriptor = new ChannelDescriptor();
    private final List<Channel> open = new ArrayList<>();

    private TakenNetwork(Linux linux, CallerProcess caller) {
        this.linux = linux;
        this.caller = caller;
    }

    /**
     * Takes all three.
     *
     * @throws SandboxException {@code SPEC} when one is not what it must be
     */
    static RunNetwork take(Linux linux, CallerProcess caller) {
        TakenNetwork taken = new TakenNetwork(linux, caller);
        try {
            ServerSocketChannel tcp = taken.listener(LauncherNetwork.TCP_FD, RunNetwork.TCP_PORT);
            ServerSocketChannel proxy =
                    taken.listener(LauncherNetwork.PROXY_FD, RunNetwork.PROXY_PORT);
            DatagramChannel dns = taken.receiver(LauncherNetwork.DNS_FD, RunNetwork.DNS_PORT);
            return RunNetwork.of(caller.networkWithUser(), tcp, proxy, dns);
        } catch (IOException e) {
            taken.close();
            throw refused(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    private void close() {
        for (Channel channel : open) {
            try {
                channel.close();
            } catch (IOException e) {
                // The failure that led here is the one to report.
            }
        }
    }

    private static SandboxException refused(String why) {
        return new SandboxException(
                SandboxException.Code.SPEC,
                "The launcher's listeners cannot be used: " + why + ".");
    }

    private ServerSocketChannel listener(int number, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
        open.add(channel);
        channel.bind(anywhere());
        replace(channel, number, port, SOCK_STREAM);
        return channel;
    }

    private DatagramChannel receiver(int number, int port) throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        open.add(channel);
        channel.bind(anywhere());
        replace(channel, number, port, SOCK_DGRAM);
        return channel;
    }

    private static InetSocketAddress anywhere() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    /** The channel was bound, so that it can accept; its descriptor then becomes the taken one. */
    private void replace(Channel channel, int number, int port, int type) {
        int taken = caller.takeDescriptor(number);
        try {
            check(taken, port, type);
            linux.duplicate(taken, descriptor.of(channel));
        } finally {
            linux.close(taken);
        }
    }

    private void check(int socket, int port, int type) {
        if (option(socket, SO_TYPE) != type
                || option(socket, SO_ACCEPTCONN) != (type == SOCK_STREAM ? 1 : 0)) {
            throw refused("one is no listener of the right kind");
        }
        if (!linux.boundTo(socket, port)) {
            throw refused("one is not bound to port " + port);
        }
        int namespace = linux.ioctl(socket, SIOCGSKNS);
        try {
            if (!CallerProcess.name(namespace).equals(caller.networkNamespace())) {
                throw refused("one is in another network");
            }
        } finally {
            linux.close(namespace);
        }
    }

    private int option(int socket, int option) {
        byte[] value = new byte[4];
        if (linux.getsockopt(socket, SOL_SOCKET, option, value) < 0) {
            throw refused("one is no socket");
        }
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }
}
