package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunNetworkTest {
    private final Linux linux = Linux.host();

    @BeforeEach
    void check() {
        Contained.assumePossible();
    }

    @Test
    void everyConnectionArrivesWithItsDestination() throws Exception {
        OriginalDestination original = new OriginalDestination(linux);
        try (RunNetwork network = RunNetwork.open(linux)) {
            for (InetSocketAddress destination :
                    List.of(
                            new InetSocketAddress("203.0.113.7", 22),
                            new InetSocketAddress("10.1.2.3", 443),
                            new InetSocketAddress("169.254.169.254", 80),
                            new InetSocketAddress(RunNetwork.ADDRESS, 53))) {
                try (SocketChannel client =
                                network.namespace().inside(() -> SocketChannel.open(destination));
                        SocketChannel accepted = network.tcp().accept()) {
                    assertThat(original.of(accepted)).contains(destination);
                    client.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
                    ByteBuffer received = ByteBuffer.allocate(5);
                    accepted.read(received);
                    assertThat(received.array()).asString().isEqualTo("hello");
                }
            }
        }
    }

    @Test
    void aConnectionToTheListenerItselfHasNoOtherDestination() throws Exception {
        OriginalDestination original = new OriginalDestination(linux);
        InetSocketAddress listener =
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), RunNetwork.TCP_PORT);
        InetSocketAddress proxy =
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), RunNetwork.PROXY_PORT);
        try (RunNetwork network = RunNetwork.open(linux);
                SocketChannel toListener =
                        network.namespace().inside(() -> SocketChannel.open(listener));
                SocketChannel toProxy =
                        network.namespace().inside(() -> SocketChannel.open(proxy));
                SocketChannel first = network.tcp().accept();
                SocketChannel second = network.proxy().accept()) {
            assertThat(toListener.isConnected() && toProxy.isConnected()).isTrue();
            assertThat(original.of(first)).isEmpty();
            assertThat(original.of(second)).isEmpty();
        }
    }

    @Test
    void queriesToAnyResolverArriveAndAreAnswered() throws Exception {
        try (RunNetwork network = RunNetwork.open(linux);
                DatagramChannel client =
                        network.namespace()
                                .inside(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            InetSocketAddress resolver = new InetSocketAddress("192.0.2.53", 53);
            client.connect(resolver);
            client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer query = ByteBuffer.allocate(16);
            var from = network.dns().receive(query);
            assertThat(query.position()).isEqualTo(3);
            network.dns().send(ByteBuffer.wrap(new byte[] {4}), from);
            ByteBuffer answer = ByteBuffer.allocate(16);
            assertThat(client.read(answer)).as("from the resolver that was asked").isEqualTo(1);
        }
    }

    @Test
    void otherPacketsAreRefusedAndCounted() throws Exception {
        try (RunNetwork network = RunNetwork.open(linux)) {
            assertThat(network.counters())
                    .containsOnlyKeys("icmp", "ipv6", "other", "udp")
                    .containsEntry("udp", 0L);
            var _ =
                    network.namespace()
                            .inside(() -> {
                                try (DatagramChannel quic =
                                        DatagramChannel.open(StandardProtocolFamily.INET)) {
                                    quic.send(
                                            ByteBuffer.allocate(8),
                                            new InetSocketAddress("192.0.2.1", 443));
                                } catch (java.io.IOException e) {
                                    return e.toString();
                                }
                                return InetAddress.getLoopbackAddress();
                            });
            assertThat(network.counters().get("udp")).isPositive();
        }
    }

    @Test
    void nothingIsNamedInTheFileSystem() throws Exception {
        List<String> before = names();
        try (RunNetwork network = RunNetwork.open(linux)) {
            assertThat(names()).isEqualTo(before);
            assertThat(Files.exists(Path.of(network.namespace().path()))).isTrue();
        }
    }

    private static List<String> names() throws java.io.IOException {
        Path folder = Path.of("/run/netns");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var names = Files.list(folder)) {
            return names.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void plainNamespacesCanBeCabledTogether() throws Exception {
        try (NetworkNamespace left = NetworkNamespace.create(linux);
                NetworkNamespace right = NetworkNamespace.create(linux)) {
            left.connect("l0", right, "r0");
            left.ip("addr add 10.9.0.1/24 dev l0\n");
            right.ip("addr add 10.9.0.2/24 dev r0\n");
            InetSocketAddress address = new InetSocketAddress("10.9.0.2", 7777);
            try (ServerSocketChannel server =
                            right.inside(() -> ServerSocketChannel.open().bind(address));
                    SocketChannel client = left.inside(() -> SocketChannel.open(address));
                    SocketChannel accepted = server.accept()) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
            }
            Process shown =
                    new ProcessBuilder(right.command(List.of("ip", "-br", "addr", "show", "r0")))
                            .start();
            assertThat(new String(shown.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("10.9.0.2/24");
        }
    }
}
