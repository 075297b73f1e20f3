package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.gateway.Refusals;
import rein.vocabulary.Decision;
import rein.vocabulary.Kind;

/** The run's own proxy listener, spoken to in SOCKS. */
final class SocksTest {
    private static final byte[] HELLO = {5, 1, 0};
    private static final String BANNER = "SSH-2.0-OpenSSH_9.2p1\r\n";
    private final Lab lab = new Lab();

    SocksTest() throws IOException {}

    @AfterEach
    void close() {
        lab.close();
    }

    private Upstream echo() throws IOException {
        return lab.closing(Upstream.echo());
    }

    private static byte[] byName(int command, String name, int port) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {5, (byte) command, 0, 3, (byte) name.length()});
        out.writeBytes(name.getBytes(ISO_8859_1));
        out.writeBytes(new byte[] {(byte) (port >> 8), (byte) port});
        return out.toByteArray();
    }

    private static byte[] byAddress(InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {5, 1, 0, (byte) (bytes.length == 4 ? 1 : 4)});
        out.writeBytes(bytes);
        out.writeBytes(new byte[] {(byte) (port >> 8), (byte) port});
        return out.toByteArray();
    }

    private static String reply(int code) {
        return "\5" + (char) code + "\0\1\0\0\0\0\0\0";
    }

    /** Greets, asks, and returns the reply of ten bytes. */
    private static String ask(Lab.Peer agent, byte[] request) throws IOException {
        assertThat(agent.send(HELLO).read(2)).isEqualTo("\5\0");
        return agent.send(request).read(10);
    }

    @Test
    void aPermittedNamePassesByteForByte() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/tls");
        Lab.Peer agent = lab.proxy();
        assertThat(ask(agent, byName(1, "API.test.", api.port()))).isEqualTo(reply(0));
        assertThat(api.connections()).as("nothing is dialed before it has spoken").isZero();
        byte[] hello = Hellos.naming("api.test");
        assertThat(agent.send(hello).read(hello.length)).isEqualTo(new String(hello, ISO_8859_1));
        assertThat(lab.lastDecision())
                .containsEntry("host", "api.test")
                .containsEntry("protocol", "tls")
                .containsEntry("route", "socks")
                .containsEntry("named", "true");
    }

    @Test
    void whatComesInOnePacketIsReadPieceByPiece() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(HELLO);
        all.writeBytes(byName(1, "api.test", api.port()));
        all.writeBytes(BANNER.getBytes(ISO_8859_1));
        assertThat(lab.proxy().send(all.toByteArray()).read(12 + BANNER.length()))
                .isEqualTo("\5\0" + reply(0) + BANNER);
    }

    @Test
    void aSyntheticAddressIsItsName() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        Lab.Peer agent = lab.proxy();
        assertThat(ask(agent, byAddress(lab.lookUp("api.test"), api.port()))).isEqualTo(reply(0));
        assertThat(agent.send(BANNER).read(BANNER.length())).isEqualTo(BANNER);
        assertThat(lab.lastDecision()).containsEntry("host", "api.test");
    }

    @Test
    void aDeniedNameIsNotAllowedByTheRuleSet() throws IOException {
        Upstream evil = echo();
        lab.host("evil.test");
        assertThat(ask(lab.proxy(), byName(1, "evil.test", evil.port()))).isEqualTo(reply(2));
        assertThat(lab.lastDecision())
                .containsEntry("host", "evil.test")
                .containsEntry("protocol", "connect")
                .containsEntry("route", "socks");
        assertThat(ask(lab.proxy(), byAddress(Lab.LOOPBACK, evil.port()))).isEqualTo(reply(2));
        assertThat(evil.connections()).isZero();
    }

    @Test
    void inTheTunnelTheProtocolIsDecidedOn() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/tls");
        Lab.Peer agent = lab.proxy();
        assertThat(ask(agent, byName(1, "api.test", api.port()))).isEqualTo(reply(0));
        assertThat(agent.send(BANNER).readToEnd()).startsWith("SSH-2.0-Rein");
        Lab.Peer fronting = lab.proxy();
        assertThat(ask(fronting, byName(1, "api.test", api.port()))).isEqualTo(reply(0));
        fronting.send(Hellos.naming("other.test")).readToEnd();
        assertThat(lab.lastCode()).isEqualTo(Refusals.SNI_MISMATCH);
        assertThat(api.connections()).isZero();
    }

    @Test
    void httpInTheTunnelIsHeldToItsDestination() throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                        }));
        lab.host("web.test");
        lab.allow("web.test/http");
        Lab.Peer agent = lab.proxy();
        assertThat(ask(agent, byName(1, "web.test", web.port()))).isEqualTo(reply(0));
        String get = "GET / HTTP/1.1\r\nHost: %s:" + web.port() + "\r\n\r\n";
        assertThat(agent.send(get.formatted("web.test")).readResponse()).endsWith("ok");
        assertThat(agent.send(get.formatted("other.test")).readResponse())
                .startsWith("HTTP/1.1 403");
        assertThat(lab.lastCode()).isEqualTo(Refusals.HOST_MISMATCH);
        Lab.Peer nested = lab.proxy();
        assertThat(ask(nested, byName(1, "web.test", web.port()))).isEqualTo(reply(0));
        assertThat(nested.send("CONNECT other.test:443 HTTP/1.1\r\n\r\n").readResponse())
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void bindUdpAndIpv6AreRefusedWithTheirOwnReply() throws IOException {
        assertThat(ask(lab.proxy(), byName(2, "api.test", 80))).isEqualTo(reply(7));
        assertThat(lab.lastCode()).isEqualTo(Refusals.SOCKS_UNSERVED);
        assertThat(lab.lastDecision()).containsEntry("protocol", "socks");
        assertThat(ask(lab.proxy(), byName(3, "api.test", 80))).isEqualTo(reply(7));
        InetAddress six = InetAddress.ofLiteral("2001:db8::1");
        assertThat(ask(lab.proxy(), byAddress(six, 80))).isEqualTo(reply(8));
        assertThat(ask(lab.proxy(), byName(1, "2001:db8::1", 80))).isEqualTo(reply(8));
        assertThat(ask(lab.proxy(), byName(1, "127.1", 80)))
                .as("read as the address that it is")
                .isEqualTo(reply(2));
        assertThat(ask(lab.proxy(), byName(1, "no name", 80))).isEqualTo(reply(4));
        assertThat(ask(lab.proxy(), byName(1, "api.test", 0))).isEqualTo(reply(4));
        assertThat(ask(lab.proxy(), new byte[] {5, 1, 1, 3, 1, 'a', 0, 80})).isEqualTo(reply(1));
    }

    @Test
    void aClientThatInsistsOnAPasswordIsRefused() throws IOException {
        assertThat(lab.proxy().send(new byte[] {5, 1, 2}).readToEnd()).isEqualTo("\5\u00ff");
        assertThat(lab.lastCode()).isEqualTo(Refusals.SOCKS_UNSERVED);
        assertThat(lab.proxy().send(new byte[] {5, 2, 2, 0}).read(2)).isEqualTo("\5\0");
    }

    @Test
    void halfARequestIsNotServed() throws IOException {
        Lab.Peer agent = lab.proxy();
        assertThat(agent.send(HELLO).read(2)).isEqualTo("\5\0");
        agent.send(new byte[] {5, 1, 0, 3, 8, 'a', 'p', 'i'}).socket.shutdownOutput();
        assertThat(agent.readToEnd()).isEqualTo(reply(1));
        assertThat(lab.lastCode()).isEqualTo(Refusals.SOCKS_UNSERVED);
    }

    @Test
    void socks4ByAddressAndByName() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        byte high = (byte) (api.port() >> 8);
        byte low = (byte) api.port();
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        named.writeBytes(new byte[] {4, 1, high, low, 0, 0, 0, 1, 'm', 'e', 0});
        named.writeBytes("api.test\0".getBytes(ISO_8859_1));
        Lab.Peer agent = lab.proxy().send(named.toByteArray());
        assertThat(agent.read(8)).isEqualTo("\0\132\0\0\0\0\0\0");
        assertThat(agent.send(BANNER).read(BANNER.length())).isEqualTo(BANNER);
        byte[] denied = {4, 1, high, low, 127, 0, 0, 1, 0};
        assertThat(lab.proxy().send(denied).readToEnd()).isEqualTo("\0\133\0\0\0\0\0\0");
        byte[] bind = {4, 2, high, low, 127, 0, 0, 1, 0};
        assertThat(lab.proxy().send(bind).readToEnd()).isEqualTo("\0\133\0\0\0\0\0\0");
    }

    @Test
    void aDenialForTheWholeRunIsFirst() throws IOException {
        lab.host("api.test");
        lab.allow("api.test/tls");
        lab.context.standing =
                Optional.of(Decision.deny("stopped", "This run is stopped.", "Ask alice."));
        assertThat(ask(lab.proxy(), byName(1, "api.test", 443))).isEqualTo(reply(2));
        assertThat(lab.lastCode()).isEqualTo("stopped");
    }

    @Test
    void socksToAnyOtherHostIsNoTunnel() throws IOException {
        InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("8.8.8.8"), 1080);
        assertThat(lab.connect(elsewhere).send(HELLO).readToEnd()).isEqualTo("\5\u00ff");
        assertThat(lab.lastDecision())
                .containsEntry("protocol", "socks")
                .containsEntry("route", "transparent");
        assertThat(lab.records(Kind.FLOW, 0)).isEmpty();
    }

    /** Whatever is sent, an answer is a refusal or a tunnel to a name that could be reached. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noiseNeverBreaksTheReader(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] valid = byName(1, "api.test", 443);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = valid.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(bytes.length + 1);
            int version = random.nextBoolean() ? 5 : 4;
            SocksHead head = SocksHead.read(version, bytes, length);
            if (head instanceof SocksHead.Connect(Destination to, int taken)) {
                assertThat(taken).as("seed %d", seed).isBetween(8, length);
                assertThat(to.port()).isPositive();
            }
        }
    }
}
