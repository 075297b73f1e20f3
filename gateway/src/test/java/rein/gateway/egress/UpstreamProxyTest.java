package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import rein.gateway.Refusals;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;

/** The node dials through a proxy; the proxy is a few real lines on loopback. */
final class UpstreamProxyTest {
    private static final String BANNER = "SSH-2.0-OpenSSH_9.2p1\r\n";
    private static final String ALERT = new String(new byte[] {21, 3, 3, 0, 2, 2, 49}, ISO_8859_1);

    private final List<String> heads = new CopyOnWriteArrayList<>();
    private volatile String answer = "HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n";
    private volatile int target;
    private final Upstream proxy;
    private final Upstream api;
    private final Lab lab;

    UpstreamProxyTest() throws IOException {
        api = Upstream.echo();
        target = api.port();
        proxy = Upstream.talking(this::serve);
        UpstreamProxy at =
                UpstreamProxy.parse("http://alice:wonder%20land@proxy.test:" + proxy.port());
        lab =
                new Lab(
                        new UpstreamProxies(
                                Optional.of(at),
                                Optional.of(at),
                                NoProxy.parse("direct.test,192.0.2.0/24")));
    }

    @BeforeEach
    void hosts() {
        lab.host("proxy.test");
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
        proxy.close();
        api.close();
    }

    private void serve(Lab.Peer peer) throws IOException {
        String head = peer.readUntil("\r\n\r\n");
        heads.add(head);
        peer.send(answer);
        if (head.startsWith("CONNECT ") && answer.contains(" 200 ")) {
            try (Socket on = new Socket(Lab.LOOPBACK, target)) {
                Thread back =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        on.getInputStream()
                                                .transferTo(peer.socket.getOutputStream());
                                        peer.socket.shutdownOutput();
                                    } catch (IOException over) {
                                        // The test has ended it.
                                    }
                                });
                peer.socket.getInputStream().transferTo(on.getOutputStream());
                on.shutdownOutput();
                back.join();
            } catch (InterruptedException over) {
                throw new IOException(over);
            }
        }
    }

    @Test
    void tlsGoesThroughATunnelAndTheAddressIsUnverified() throws IOException {
        lab.allow("api.test/tls");
        byte[] hello = Hellos.naming("api.test");
        Lab.Peer agent = lab.connect("api.test", 443).send(hello);
        assertThat(agent.read(hello.length)).isEqualTo(new String(hello, ISO_8859_1));
        agent.close();
        assertThat(heads)
                .containsExactly(
                        String.join(
                                "\r\n",
                                "CONNECT api.test:443 HTTP/1.1",
                                "Host: api.test:443",
                                "Proxy-Authorization: Basic YWxpY2U6d29uZGVyIGxhbmQ=",
                                "",
                                ""));
        String at = "proxy.test:" + proxy.port();
        assertThat(lab.lastDecision())
                .containsEntry("address", "unverified")
                .containsEntry("address-class", "unverified")
                .containsEntry("resolved-by", "proxy")
                .containsEntry("through", at);
        Entry flow = lab.records(Kind.FLOW, 1).getFirst();
        assertThat(flow.draft().detail())
                .containsEntry("address", "unverified")
                .containsEntry("through", at);
        assertThat(flow.draft().sizes())
                .as("the talk with the proxy is not the agent's")
                .containsEntry("sent-bytes", (long) hello.length)
                .containsEntry("received-bytes", (long) hello.length);
        assertThat(lab.recorder.entries().toString())
                .doesNotContain("wonder")
                .doesNotContain("YWx");
    }

    @Test
    void withoutAPermitTheProxyHearsNothing() throws IOException {
        assertThat(lab.connect("api.test", 443).send(Hellos.naming("api.test")).readToEnd())
                .isEqualTo(ALERT);
        assertThat(lab.connect("api.test", 22).send(BANNER).readToEnd()).contains("No policy");
        assertThat(proxy.connections()).isZero();
    }

    @Test
    void aPrivateLiteralIsRefusedAsEver() throws IOException {
        InetAddress ten = InetAddress.ofLiteral("10.0.0.5");
        lab.allow("10.0.0.5/ssh");
        lab.named = false;
        lab.connect(new InetSocketAddress(ten, 22)).send(BANNER).readToEnd();
        assertThat(lab.lastCode()).isEqualTo(Refusals.ADDRESS_NOT_PUBLIC);
        assertThat(lab.lastDecision()).containsEntry("address-class", "private");
        assertThat(proxy.connections()).isZero();
        lab.named = true;
        assertThat(lab.connect(new InetSocketAddress(ten, 22)).send(BANNER).read(BANNER.length()))
                .isEqualTo(BANNER);
        assertThat(heads.getFirst()).startsWith("CONNECT 10.0.0.5:22 ");
        assertThat(lab.lastDecision()).containsEntry("address", "10.0.0.5");
    }

    @Test
    void noProxyAndThisMachineAreDialedDirectly() throws IOException {
        lab.host("direct.test");
        lab.allow("direct.test/ssh", "127.0.0.1/ssh");
        assertThat(lab.connect("direct.test", api.port()).send(BANNER).read(BANNER.length()))
                .isEqualTo(BANNER);
        assertThat(lab.lastDecision())
                .containsEntry("address", "127.0.0.1")
                .doesNotContainKey("through");
        InetSocketAddress here = new InetSocketAddress(Lab.LOOPBACK, api.port());
        assertThat(lab.connect(here).send(BANNER).read(BANNER.length())).isEqualTo(BANNER);
        assertThat(proxy.connections()).isZero();
    }

    @Test
    void whatTheProxyRefusesIsADenialAndIsNotSentAgain() throws IOException {
        lab.allow("api.test/tls", "api.test/ssh");
        answer = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        assertThat(lab.connect("api.test", 443).send(Hellos.naming("api.test")).readToEnd())
                .isEqualTo(ALERT);
        assertThat(lab.lastCode()).isEqualTo(Refusals.PROXY_AUTHENTICATION);
        answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
        assertThat(lab.connect("api.test", 22).send(BANNER).readToEnd())
                .contains("the proxy proxy.test:")
                .contains("forbids it (403)");
        assertThat(lab.lastCode()).isEqualTo(Refusals.PROXY_REFUSED);
        answer = "HTTP/1.0 502 Bad Gateway\r\n\r\n";
        assertThat(lab.connect("api.test", 22).send(BANNER).readToEnd()).contains("status 502");
        answer = "220 mail.test ESMTP\r\n\r\n";
        assertThat(lab.connect("api.test", 23).send(BANNER).readToEnd())
                .contains("does not answer as one");
        assertThat(heads).hasSize(4);
        assertThat(api.connections()).isZero();
        assertThat(lab.records(Kind.FLOW, 4))
                .allSatisfy(flow ->
                        assertThat(flow.draft().detail()).containsEntry("end", "proxy-refused"));
        assertThat(lab.run.ledger().counter(rein.gateway.RunLedger.DENIED_GOALS)).isZero();
    }

    @Test
    void aProxyThatIsNotThereIsSaid() throws IOException {
        lab.allow("api.test/ssh");
        proxy.close();
        assertThat(lab.connect("api.test", 22).send(BANNER).readToEnd())
                .contains("the proxy proxy.test:")
                .contains("does not answer");
        lab.hosts.remove("proxy.test");
        assertThat(lab.connect("api.test", 23).send(BANNER).readToEnd()).contains("no address");
        assertThat(lab.lastCode()).isEqualTo(Refusals.PROXY_FAILED);
    }

    @Test
    void clearHttpIsAskedForInAbsoluteForm() throws IOException {
        lab.allow("web.test/http");
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        Lab.Peer agent = lab.connect("web.test", 80);
        agent.send("GET /p?q=1 HTTP/1.1\r\nHost: web.test\r\nProxy-Authorization: x\r\n\r\n");
        assertThat(agent.readResponse()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        assertThat(heads.getFirst())
                .startsWith("GET http://web.test/p?q=1 HTTP/1.1\r\n")
                .contains("Host: web.test\r\n")
                .contains("Proxy-Authorization: Basic YWxp")
                .doesNotContain("Proxy-Authorization: x");
        assertThat(lab.lastDecision()).containsEntry("address", "unverified");
        agent.send("OPTIONS * HTTP/1.1\r\nHost: web.test\r\n\r\n").readResponse();
        assertThat(heads.getLast()).startsWith("OPTIONS http://web.test HTTP/1.1\r\n");
    }

    @Test
    void theNodesPasswordIsNotTheAgentsBusiness() throws IOException {
        lab.allow("web.test/http");
        answer =
                String.join(
                        "\r\n",
                        "HTTP/1.1 407 Proxy Authentication Required",
                        "Proxy-Authenticate: Basic realm=\"corp\"",
                        "Content-Length: 0",
                        "",
                        "");
        assertThat(
                        lab.connect("web.test", 80)
                                .send("GET / HTTP/1.1\r\nHost: web.test\r\n\r\n")
                                .readToEnd())
                .startsWith("HTTP/1.1 502 ")
                .contains(Refusals.PROXY_AUTHENTICATION)
                .doesNotContain("corp");
        assertThat(heads).hasSize(1);
    }

    @Test
    void aWebsocketInTheClearGoesThroughATunnel() throws IOException {
        Upstream chat =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send(
                                    "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                            peer.socket.getInputStream().transferTo(peer.socket.getOutputStream());
                        }));
        target = chat.port();
        lab.allow("web.test/websocket");
        Lab.Peer agent = lab.connect("web.test", 80);
        agent.send(
                "GET /ws HTTP/1.1\r\nHost: web.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        assertThat(agent.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101");
        assertThat(agent.send("ping").read(4)).isEqualTo("ping");
        assertThat(heads).singleElement().asString().startsWith("CONNECT web.test:80 ");
    }

    @Test
    void aBannerIsJudgedThroughTheProxyToo() throws IOException {
        String greeting = "220 mail.test ESMTP\r\n";
        Upstream mail = lab.closing(Upstream.talking(peer -> peer.send(greeting).readToEnd()));
        target = mail.port();
        lab.allow("mail.test/smtp");
        assertThat(lab.connect("mail.test", 25).read(greeting.length())).isEqualTo(greeting);
        assertThat(heads.getFirst()).startsWith("CONNECT mail.test:25 ");
    }

    @Test
    void aBannerInOnePacketWithTheProxysAnswerIsJudgedToo() throws IOException {
        String greeting = "220 mail.test ESMTP\r\n";
        answer = "HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n" + greeting;
        lab.allow("mail.test/smtp");
        assertThat(lab.connect("mail.test", 25).read(greeting.length())).isEqualTo(greeting);
        lab.allowed.clear();
        lab.allow("mail.test/ftp");
        assertThat(lab.connect("mail.test", 25).readToEnd()).isEmpty();
        assertThat(lab.lastDecision()).containsEntry("protocol", "smtp");
        assertThat(lab.lastCode()).isEqualTo("not-permitted");
    }
}
