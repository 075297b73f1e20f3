package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.gateway.Refusals;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;

final class HttpTest {
    private final Lab lab = new Lab();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(Lab.LOOPBACK, 0), 20);
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private int port;

    HttpTest() throws IOException {}

    @BeforeEach
    void start() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
        port = server.getAddress().getPort();
        lab.host("web.test");
        lab.allow("web.test/http");
    }

    @AfterEach
    void stop() {
        lab.close();
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        seen.add(
                exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestURI()
                        + " "
                        + exchange.getRequestHeaders().getFirst("Host"));
        exchange.getRequestHeaders()
                .forEach((name, values) -> values.forEach(v -> seen.add(name + ": " + v)));
        boolean chunked = exchange.getRequestURI().getPath().equals("/chunked");
        int status = exchange.getRequestURI().getPath().equals("/none") ? 204 : 200;
        byte[] answer = ("got " + body.length).getBytes(StandardCharsets.US_ASCII);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(
                status, status == 204 || head ? -1 : chunked ? 0 : answer.length);
        if (status == 200 && !head) {
            exchange.getResponseBody().write(answer);
        }
        exchange.close();
    }

    private String host() {
        return "Host: web.test:" + port + "\r\n";
    }

    private String get(String path) {
        return "GET " + path + " HTTP/1.1\r\n" + host() + "\r\n";
    }

    @Test
    void everyRequestOnAConnectionIsDecidedAndRecorded() throws IOException {
        Lab.Peer agent = lab.connect("web.test", port);
        for (int i = 0; i < 3; i++) {
            assertThat(agent.send(get("/a" + i)).readResponse())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("got 0");
        }
        List<Entry> decisions = lab.records(Kind.DECISION, 3);
        List<Entry> flows = lab.records(Kind.FLOW, 3);
        assertThat(decisions).hasSize(3);
        assertThat(decisions.getFirst().draft().detail())
                .containsEntry("protocol", "http")
                .containsEntry("method", "GET");
        assertThat(flows.stream().map(e -> e.draft().cause().orElseThrow()))
                .containsExactlyElementsOf(decisions.stream().map(e -> e.stamp().id()).toList());
        assertThat(flows.getLast().draft().sizes().get("sent-bytes")).isPositive();
    }

    @Test
    void aPipelinedRequestToAnotherHostIsDecidedAsThatHost() throws IOException {
        lab.host("evil.test");
        Upstream evil = lab.closing(Upstream.echo());
        Lab.Peer agent = lab.connect("web.test", port);
        agent.send(
                get("/one")
                        + "GET /steal HTTP/1.1\r\nHost: evil.test:"
                        + evil.port()
                        + "\r\n\r\n"
                        + get("/three"));
        assertThat(agent.readResponse()).startsWith("HTTP/1.1 200");
        assertThat(agent.readResponse())
                .startsWith("HTTP/1.1 403 Forbidden\r\n")
                .contains("Rein-Reason: not-permitted\r\n")
                .contains("No policy permits evil.test/http")
                .contains("rein approve");
        assertThat(agent.readResponse()).startsWith("HTTP/1.1 200");
        assertThat(evil.connections()).isZero();
        assertThat(seen).noneMatch(line -> line.contains("steal"));

        lab.allow("evil.test/http");
        agent.send("GET /x HTTP/1.1\r\nHost: evil.test:" + evil.port() + "\r\n\r\n");
        assertThat(agent.readUntil("\r\n")).startsWith("HTTP/1.1 502");
        assertThat(evil.connections()).isEqualTo(1);
    }

    @Test
    void aDeniedUploadIsNotReadAndTheConnectionCloses() throws IOException {
        lab.allowed.clear();
        String answer =
                lab.connect("web.test", port)
                        .send("POST / HTTP/1.1\r\n" + host() + "Content-Length: 1000\r\n\r\nabc")
                        .readResponse();
        assertThat(answer).startsWith("HTTP/1.1 403").contains("Connection: close");
        assertThat(lab.records(Kind.DECISION, 1).getFirst().draft().content())
                .containsEntry("first-bytes", "POST /");
    }

    @Test
    void bodiesPassInBothFramings() throws IOException {
        Lab.Peer agent = lab.connect("web.test", port);
        agent.send("POST /a HTTP/1.1\r\n" + host() + "Content-Length: 5\r\n\r\n12345");
        assertThat(agent.readResponse()).endsWith("got 5");
        agent.send(
                "POST /b HTTP/1.1\r\n"
                        + host()
                        + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
        assertThat(agent.readResponse()).endsWith("got 7");
        agent.send(get("/chunked"));
        assertThat(agent.readUntil("0\r\n\r\n"))
                .contains("Transfer-Encoding: chunked\r\n")
                .contains("5\r\ngot 0\r\n");
        agent.send("HEAD /h HTTP/1.1\r\n" + host() + "\r\n");
        assertThat(agent.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
        agent.send(get("/none"));
        assertThat(agent.readUntil("\r\n\r\n"))
                .startsWith("HTTP/1.1 204")
                .doesNotContain("Content-Length")
                .doesNotContain("Transfer-Encoding");
        agent.send(get("/last"));
        assertThat(agent.readResponse()).endsWith("got 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: web.test\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: web.test\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: web.test\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
                "POST / HTTP/1.1\r\nHost: web.test\r\nContent-Length: 4, 4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: web.test\r\nContent-Length: +4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: web.test\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: web.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: web.test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: web.test\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: web.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: web.test\r\nX: a\r\n b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: web.test\r\nX: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: web.test\r\nX: a\0b\r\n\r\n",
                "GET / HTTP/1.1\nHost: web.test\n\n",
                "GET / HTTP/1.1\r\nHost: web.test\r\nHost: evil.test\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: web.test@evil.test\r\n\r\n",
                "GET http://web.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n",
                "GET http://user@web.test/ HTTP/1.1\r\nHost: web.test\r\n\r\n",
                "GET https://web.test/ HTTP/1.1\r\nHost: web.test\r\n\r\n",
                "GET /\u00e4 HTTP/1.1\r\nHost: web.test\r\n\r\n",
                "GET / HTTP/3.0\r\nHost: web.test\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: web.test\r\nX: HUGE\r\n\r\n"
            })
    void ambiguousRequestsAreRefusedAndNothingReachesTheUpstream(String request)
            throws IOException {
        Upstream web = lab.closing(Upstream.echo());
        Lab.Peer agent = lab.connect("web.test", web.port());
        String answer =
                agent.send(request.replace("HUGE", "x".repeat(Limits.HEADER_BYTES_MAX)))
                        .readToEnd();
        assertThat(answer).matches("(?s)HTTP/1.1 (400|403|431|505) .*Connection: close.*");
        assertThat(web.connections()).isZero();
        assertThat(lab.lastCode()).isIn(Refusals.BAD_REQUEST, Refusals.HOST_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"zz\r\nabc\r\n0\r\n\r\n", "3\r\nabcX", "-3\r\nabc\r\n", "3 \r\nabc\r\n"})
    void aBadChunkEndsTheRequestWithoutCompletingIt(String chunks) throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("0\r\n\r\n");
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                        }));
        Lab.Peer agent = lab.connect("web.test", web.port());
        agent.send(
                "POST / HTTP/1.1\r\nHost: web.test\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        assertThat(agent.readToEnd()).startsWith("HTTP/1.1 400");
    }

    @Test
    void hopByHopAndProxyFieldsStayHere() throws IOException {
        Lab.Peer agent = lab.proxy();
        agent.send(
                "GET http://web.test:"
                        + port
                        + "/p?q=1 HTTP/1.1\r\nHost: web.test:"
                        + port
                        + "\r\nProxy-Authorization: Basic c2VjcmV0\r\nProxy-Connection: keep-alive\r\n"
                        + "Connection: X-Mine, keep-alive\r\nX-Mine: 1\r\nX-Kept: 2\r\nTE: trailers\r\n"
                        + "Rein-Reason: forged\r\nUpgrade: h2c\r\n\r\n");
        assertThat(agent.readResponse()).startsWith("HTTP/1.1 200");
        assertThat(seen.getFirst()).isEqualTo("GET /p?q=1 web.test:" + port);
        assertThat(String.join("\n", seen).toLowerCase(java.util.Locale.ROOT))
                .contains("x-kept: 2")
                .doesNotContain("proxy-")
                .doesNotContain("x-mine")
                .doesNotContain("te: ")
                .doesNotContain("upgrade")
                .doesNotContain("rein-reason");
        assertThat(lab.lastDecision()).containsEntry("route", "forward");
    }

    @Test
    void theProxyWantsTheWholeUrl() throws IOException {
        assertThat(lab.proxy().send(get("/")).readResponse()).startsWith("HTTP/1.1 400");
    }

    @Test
    void otherProtocolsToTheProxyAreRefused() throws IOException {
        lab.proxy().send("SSH-2.0-x\r\n").readToEnd();
        assertThat(lab.lastCode()).isEqualTo(Refusals.NOT_A_PROXY_REQUEST);
        assertThat(lab.proxy().send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").readResponse())
                .contains("HTTP/2 without TLS");
    }

    private Lab.Peer tunnel(String to) throws IOException {
        return lab.proxy().send("CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n\r\n");
    }

    @Test
    void connectIsDeniedAtOnceWhereNothingCouldPass() throws IOException {
        Upstream evil = lab.closing(Upstream.echo());
        lab.host("evil.test");
        assertThat(tunnel("evil.test:" + evil.port()).readResponse())
                .startsWith("HTTP/1.1 403")
                .contains("No policy permits evil.test/tls");
        assertThat(lab.lastDecision())
                .containsEntry("protocol", "connect")
                .containsEntry("route", "connect");
        assertThat(evil.connections()).isZero();
    }

    @Test
    void inATunnelTheSamePipelineRuns() throws IOException {
        Upstream api = lab.closing(Upstream.echo());
        lab.host("api.test");
        lab.allow("api.test/tls");
        String to = "api.test:" + api.port();
        Lab.Peer ssh = tunnel(to);
        assertThat(ssh.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
        assertThat(ssh.send("SSH-2.0-OpenSSH_9.2\r\n").readToEnd()).startsWith("SSH-2.0-Rein");
        assertThat(lab.lastDecision())
                .containsEntry("protocol", "ssh")
                .containsEntry("route", "connect");

        Lab.Peer fronted = tunnel(to);
        fronted.readUntil("\r\n\r\n");
        fronted.send(Hellos.naming("other.test")).readToEnd();
        assertThat(lab.lastCode()).isEqualTo(Refusals.SNI_MISMATCH);
        assertThat(api.connections()).isZero();

        byte[] hello = Hellos.naming("api.test");
        Lab.Peer good = tunnel(to);
        good.readUntil("\r\n\r\n");
        assertThat(good.send(hello).read(hello.length)).hasSize(hello.length);
        assertThat(api.connections()).isEqualTo(1);
    }

    @Test
    void aTunnelToALookedUpAddressIsOneToItsName() throws IOException {
        Lab.Peer agent = tunnel(lab.lookUp("web.test").getHostAddress() + ":" + port);
        assertThat(agent.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
        assertThat(agent.send(get("/by-name")).readResponse()).startsWith("HTTP/1.1 200");
        assertThat(lab.lastDecision()).containsEntry("host", "web.test");
    }

    @Test
    void plainHttpInATunnelMustBeForItsHost() throws IOException {
        Lab.Peer agent = tunnel("web.test:" + port);
        agent.readUntil("\r\n\r\n");
        assertThat(agent.send(get("/in-tunnel")).readResponse()).startsWith("HTTP/1.1 200");
        assertThat(lab.lastDecision()).containsEntry("route", "connect");
        lab.allow("evil.test/http");
        assertThat(agent.send("GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n").readResponse())
                .startsWith("HTTP/1.1 403")
                .contains(Refusals.HOST_MISMATCH);
    }

    @Test
    void aWebsocketIsDecidedAsOneAndThenPassesUnread() throws IOException {
        Upstream chat =
                lab.closing(
                        Upstream.talking(peer -> {
                            String head = peer.readUntil("\r\n\r\n");
                            boolean asked = head.contains("Upgrade: websocket\r\n");
                            peer.send(
                                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                                            + asked
                                            + "\r\n\r\nhello");
                            peer.send(peer.read(4));
                        }));
        lab.host("chat.test");
        lab.allow("chat.test/http");
        String upgrade =
                "GET /ws HTTP/1.1\r\nHost: chat.test:"
                        + chat.port()
                        + "\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Key: x\r\n\r\nping";
        assertThat(lab.connect("chat.test", chat.port()).send(upgrade).readResponse())
                .startsWith("HTTP/1.1 403")
                .contains("chat.test/websocket");
        assertThat(chat.connections()).isZero();
        lab.allow("chat.test/websocket");
        Lab.Peer agent = lab.connect("chat.test", chat.port()).send(upgrade);
        assertThat(agent.readUntil("\r\n\r\n"))
                .startsWith("HTTP/1.1 101")
                .contains("Sec-WebSocket-Accept: true");
        assertThat(agent.read(9)).isEqualTo("helloping");
    }

    @Test
    void continueAndEarlyHintsComeThrough() throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                            String body = peer.read(5);
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
                            peer.readToEnd();
                        }));
        Lab.Peer agent = lab.connect("web.test", web.port());
        agent.send(
                "PUT / HTTP/1.1\r\nHost: web.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(agent.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 103").contains("Link: </a>");
        assertThat(agent.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
        assertThat(agent.send("12345").readResponse()).endsWith("12345");
    }

    @Test
    void aResponseUntilCloseArrivesWholeAndInChunks() throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send("HTTP/1.1 200 OK\r\nRein-Reason: forged\r\n\r\nstream");
                        }));
        String request = "GET / HTTP/1.1\r\nHost: web.test\r\n\r\n";
        assertThat(lab.connect("web.test", web.port()).send(request).readUntil("0\r\n\r\n"))
                .contains("6\r\nstream\r\n")
                .doesNotContain("forged");
        assertThat(
                        lab.connect("web.test", web.port())
                                .send(request.replace("1.1", "1.0"))
                                .readToEnd())
                .endsWith("\r\n\r\nstream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
            })
    void aBrokenUpstreamIs502AndTheRequestIsSentOnce(String answer) throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send(answer);
                        }));
        assertThat(
                        lab.connect("web.test", web.port())
                                .send(
                                        "POST / HTTP/1.1\r\nHost: web.test\r\nContent-Length: 0\r\n\r\n")
                                .readResponse())
                .startsWith("HTTP/1.1 502");
        assertThat(web.connections()).isEqualTo(1);
    }

    @Test
    void anEmptyResponseWithSomethingBehindItIsStillAnAnswer() throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\njunk");
                            peer.readToEnd();
                        }));
        Lab.Peer agent = lab.connect("web.test", web.port());
        String request = "GET / HTTP/1.1\r\nHost: web.test\r\n\r\n";
        assertThat(agent.send(request).readResponse()).startsWith("HTTP/1.1 200");
        assertThat(agent.send(request).readResponse())
                .as("what came unasked is no answer to the next request")
                .doesNotContain("junk");
    }

    @Test
    void anAnswerBeforeTheWholeUploadIsBroughtBack() throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send(
                                    "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
                        }));
        Lab.Peer agent = lab.connect("web.test", web.port());
        agent.send("PUT / HTTP/1.1\r\nHost: web.test\r\nContent-Length: 1000000\r\n\r\npart");
        assertThat(agent.readResponse()).startsWith("HTTP/1.1 413").endsWith("no");
    }

    @Test
    void aResponseCutShortIsNotMadeToLookWhole() throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
                        }));
        assertThat(
                        lab.connect("web.test", web.port())
                                .send("GET / HTTP/1.1\r\nHost: web.test\r\n\r\n")
                                .readToEnd())
                .contains("3\r\nabc\r\n")
                .doesNotContain("\r\n0\r\n");
        assertThat(lab.records(Kind.FLOW, 1).getFirst().draft().detail())
                .containsEntry("end", "failed");
    }

    @Test
    void anIdleUpstreamThatClosedIsDialedAnew() throws IOException {
        Upstream web =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\r\n\r\n");
                            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                        }));
        Lab.Peer agent = lab.connect("web.test", web.port());
        String request = "GET / HTTP/1.1\r\nHost: web.test\r\n\r\n";
        assertThat(agent.send(request).readResponse()).endsWith("ok");
        assertThat(web.ended()).isTrue();
        Lab.pause();
        assertThat(agent.send(request).readResponse()).endsWith("ok");
        assertThat(web.connections()).isEqualTo(2);
    }
}
