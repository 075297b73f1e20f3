package rein.server.drill;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that listens in the lab's outer namespace. Each peer counts who reaches it; none does
 * anything else. SSH is real OpenSSH behind a counting relay.
 */
final class Outside implements AutoCloseable {
    static final String INTERNAL = "internal";
    static final String METADATA = "metadata";
    static final String SSH_22 = "ssh-22";
    static final String SSH_443 = "ssh-443";
    static final String STRATUM_3333 = "stratum-3333";
    static final String STRATUM_443 = "stratum-443";
    static final String UDP = "udp";
    static final String IPV6 = "ipv6";
    static final String DNS = "dns";
    static final String PROXY = "proxy";

    static final String ATTACKER = "203.0.113.10";
    static final String POOL = "203.0.113.11";
    static final String NAME_SERVER = "203.0.113.53";
    static final int INTERNAL_HOSTS = 14;
    private static final int SSHD_PORT = 2222;
    private static final long SETTLE_MILLIS = 300;
    private static final int READ_MILLIS_MAX = 2_000;
    private static final int READ_BYTES_MAX = 4_096;

    private final Lab lab;
    private final Contacts contacts = new Contacts();
    private final List<AutoCloseable> open = new ArrayList<>();

    Outside(Lab lab) throws IOException {
        this.lab = lab;
        try {
            for (int host = 1; host <= INTERNAL_HOSTS; host++) {
                answers(INTERNAL, "10.77.0." + host, 22, "hello from inside\n");
            }
            answers(
                    METADATA,
                    "169.254.169.254",
                    80,
                    "HTTP/1.1 200 OK\r\nContent-Length: 18\r\nConnection: close\r\n\r\nnot-a-real-secret\n");
            relays(SSH_22, ATTACKER, 22);
            relays(SSH_443, ATTACKER, 443);
            answers(
                    STRATUM_3333,
                    POOL,
                    3333,
                    "{\"id\":1,\"result\":[[\"mining.notify\",\"1\"],\"00\",4]}\n");
            answers(
                    STRATUM_443,
                    POOL,
                    443,
                    "{\"id\":1,\"result\":[[\"mining.notify\",\"1\"],\"00\",4]}\n");
            answers(IPV6, "2001:db8:77::10", 80, "hello\n");
            packets(UDP, ATTACKER, 4000);
            packets(DNS, NAME_SERVER, 53);
            ServerSocket proxy = listen("192.0.2.1", 3128);
            serve(proxy, PROXY, socket -> new ConnectProxy(lab).serve(socket));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    Contacts contacts() {
        return contacts;
    }

    /** Waits until what is on its way has arrived. */
    void settle() {
        Lab.pause(SETTLE_MILLIS);
    }

    /** Whether a reverse tunnel listens on the far side's loopback. */
    boolean tunnelListens(int port) {
        try (Socket socket = lab.dialOutside("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** What one accepted connection is used for. */
    @FunctionalInterface
    private interface Serving {
        void serve(Socket socket) throws IOException;
    }

    private void answers(String peer, String address, int port, String answer) throws IOException {
        serve(
                listen(address, port),
                peer,
                socket -> {
                    socket.setSoTimeout(READ_MILLIS_MAX);
                    int n = Math.max(0, socket.getInputStream().read(new byte[READ_BYTES_MAX]));
                    contacts.add(peer, 0, n);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                });
    }

    private void relays(String peer, String address, int port) throws IOException {
        serve(
                listen(address, port),
                peer,
                socket -> {
                    try (Socket sshd = lab.dialOutside("127.0.0.1", SSHD_PORT)) {
                        Thread back =
                                Thread.ofVirtual().start(() -> copy(sshd, socket, peer, false));
                        copy(socket, sshd, peer, true);
                        sshd.shutdownInput();
                        back.join();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private void copy(Socket from, Socket to, String peer, boolean count) {
        byte[] buffer = new byte[READ_BYTES_MAX];
        try {
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                if (count) {
                    contacts.add(peer, 0, n);
                }
                to.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // One side hung up: the connection is over either way.
            return;
        }
    }

    private void packets(String peer, String address, int port) throws IOException {
        DatagramChannel channel =
                lab.outside(() -> {
                    DatagramChannel opened = DatagramChannel.open(StandardProtocolFamily.INET);
                    opened.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
                    return opened;
                });
        open.add(channel);
        Thread.ofVirtual()
                .start(() -> {
                    ByteBuffer packet = ByteBuffer.allocate(READ_BYTES_MAX);
                    try {
                        while (true) {
                            channel.receive(packet.clear());
                            contacts.add(peer, 1, packet.position());
                        }
                    } catch (IOException e) {
                        // Closed at the drill's end.
                        return;
                    }
                });
    }

    private ServerSocket listen(String address, int port) throws IOException {
        ServerSocket server =
                lab.outside(() -> {
                    ServerSocket opened = new ServerSocket();
                    opened.setReuseAddress(true);
                    opened.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), 64);
                    return opened;
                });
        open.add(server);
        return server;
    }

    private void serve(ServerSocket server, String peer, Serving serving) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (true) {
                            Socket socket = server.accept();
                            contacts.add(peer, 1, 0);
                            Thread.ofVirtual().start(() -> one(socket, serving));
                        }
                    } catch (IOException e) {
                        // Closed at the drill's end.
                        return;
                    }
                });
    }

    private static void one(Socket socket, Serving serving) {
        try (socket) {
            serving.serve(socket);
        } catch (IOException e) {
            // A client that hangs up early is counted already.
            return;
        }
    }

    @Override
    public void close() {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                System.getLogger(Outside.class.getName())
                        .log(System.Logger.Level.WARNING, "closing a peer", e);
            }
        }
    }
}
