package rein.scenarios;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import rein.server.api.RecordView;

/** Ways in and out that a person opens for one run: SOCKS, a banner, --reach, --expose. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WaysTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** Answers every connection with what it is told, line by line. */
    private static final String ECHO =
            """
            perl -MIO::Socket::INET -e '
              $| = 1; $SIG{CHLD} = "IGNORE";
              my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 3000, Listen => 9) or die "no port: $!";
              print "listening\\n";
              while (my $c = $l->accept) { if (fork == 0) { $c->autoflush(1); while (<$c>) { print $c "run: $_" } exit } close $c }'\
            """;

    private final Running node = Running.prepare();

    @BeforeAll
    void start() {
        Facilities.forRuns();
        node.up();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private static List<String> reaching(String agent, String reach) {
        return List.of("--agent", agent, "--reach", reach);
    }

    @Test
    void aGrantOnTheCommandLineIsRecordedAndOpensOnePort() throws IOException {
        Facilities.program("curl");
        try (Upstream granted = new Upstream(Facilities.ownAddress());
                Upstream other = new Upstream(Facilities.ownAddress())) {
            Binary.Done done =
                    node.run(
                                    reaching("reacher", granted.authority()),
                                    "curl -sS --max-time 20 http://%s/; echo; curl -s -o /dev/null -w '%%{http_code}' http://%s/"
                                            .formatted(granted.authority(), other.authority()))
                            .ok();
            assertThat(done.err()).contains("above the ceiling. Single operator");
            assertThat(done.out()).startsWith(Upstream.BODY).endsWith("403");
            assertThat(other.connections()).isZero();
            RecordView grant = node.records("kind=policy-changed&agent=reacher").getFirst();
            assertThat(grant.person()).contains("root");
            assertThat(grant.resource()).contains(granted.authority());
            assertThat(grant.detail()).containsEntry("change", "reach");
            assertThat(
                            node.records("kind=decision&agent=reacher&decision=allow")
                                    .getFirst()
                                    .policies())
                    .contains("reach#1");
            assertThat(node.rein("activity", "--destination", granted.authority()).ok().out())
                    .contains("granted to this run by root (--reach)");
            // The next run of the same agent has no such grant.
            assertThat(
                            node.run(
                                            List.of("--agent", "reacher"),
                                            "curl -s -o /dev/null -w '%{http_code}' http://"
                                                    + granted.authority()
                                                    + "/")
                                    .out())
                    .isEqualTo("403");
        }
    }

    @Test
    void whatNobodyMayGrantIsRefusedBeforeTheRun() {
        for (String reach :
                List.of("169.254.169.254:80", "host.example", "host.example:443/stratum")) {
            assertThat(node.run(reaching("greedy", reach), "echo ran").refused())
                    .contains("--reach " + (reach.startsWith("169") ? reach : "is HOST:PORT"));
        }
        assertThat(node.run(List.of("--expose", "http"), "echo ran").refused())
                .contains("--expose is PORT");
        assertThat(node.records("agent=greedy&kind=run-started")).isEmpty();
    }

    @Test
    void socksReachesWhatIsGrantedAndNothingElse() throws IOException {
        Facilities.program("curl");
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            String curl =
                    "unset http_proxy HTTP_PROXY; curl -sS --max-time 20 -x %s://127.0.0.1:3128 http://%s/; ";
            for (String scheme : List.of("socks5h", "socks5", "socks4", "socks4a")) {
                assertThat(
                                node.run(
                                                reaching("socks", upstream.authority()),
                                                curl.formatted(scheme, upstream.authority()))
                                        .ok()
                                        .out())
                        .as(scheme)
                        .isEqualTo(Upstream.BODY);
            }
            assertThat(node.records("kind=decision&agent=socks&decision=allow"))
                    .hasSize(4)
                    .allSatisfy(
                            record -> assertThat(record.detail()).containsEntry("route", "socks"));
            Binary.Done denied =
                    node.run(
                            List.of("--agent", "socks-denied"),
                            curl.formatted("socks5h", "denied.example"));
            assertThat(denied.exits(97).err()).contains("SOCKS5");
            RecordView record = node.records("agent=socks-denied&decision=deny").getFirst();
            assertThat(record.resource()).contains("denied.example:80");
            assertThat(record.detail()).containsEntry("route", "socks");
        }
    }

    @Test
    void aServerThatSpeaksFirstIsJudgedByItsBanner() throws IOException {
        AtomicReference<String> banner = new AtomicReference<>("220 mail.test ESMTP ready");
        try (ServerSocket mail = new ServerSocket()) {
            mail.bind(new InetSocketAddress(Facilities.ownAddress(), 0));
            Thread.ofVirtual()
                    .start(() -> {
                        while (!mail.isClosed()) {
                            try (Socket socket = mail.accept()) {
                                socket.getOutputStream()
                                        .write((banner.get() + "\r\n").getBytes(US_ASCII));
                                socket.getInputStream().readAllBytes();
                            } catch (IOException over) {
                                // The door or the test has ended it.
                            }
                        }
                    });
            String host = mail.getInetAddress().getHostAddress();
            String script =
                    "exec 3<>/dev/tcp/%s/%d; timeout 20 head -n 1 <&3; echo over"
                            .formatted(host, mail.getLocalPort());
            String reach = host + ":" + mail.getLocalPort() + "/smtp";
            assertThat(node.run(reaching("mailer", reach), script).ok().out())
                    .isEqualTo(banner.get() + "\r\nover\n");
            banner.set("220 (vsFTPd 3.0.3)");
            assertThat(node.run(reaching("other", reach), script).out()).doesNotContain("vsFTPd");
            RecordView denied = node.records("agent=other&decision=deny").getFirst();
            assertThat(denied.detail()).containsEntry("protocol", "ftp");
            banner.set("220 mail.test ready");
            assertThat(node.run(reaching("odd", reach), script).out()).doesNotContain("220");
            assertThat(node.records("agent=odd&decision=deny").getFirst().reasons().getFirst())
                    .contains("greeting does not show what it speaks");
        }
    }

    @Test
    void anExposedPortIsReachedFromHereUntilItIsStopped() throws Exception {
        Facilities.program("perl");
        int port = Running.freePort();
        try (Contained run =
                Contained.start(node, "server", List.of("--expose", "3000:" + port), ECHO)) {
            assertThat(run.err()).contains("rein: exposed: 127.0.0.1:" + port + " → port 3000");
            Socket socket = connect(port);
            socket.getOutputStream().write("hello\n".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(11), US_ASCII))
                    .isEqualTo("run: hello\n");
            RecordView opened = node.records("kind=flow&agent=server").getFirst();
            assertThat(opened.detail())
                    .containsEntry("direction", "inbound")
                    .containsEntry("run-port", "3000")
                    .containsEntry("host-port", String.valueOf(port));
            assertThat(node.records("kind=policy-changed&agent=server").getFirst().detail())
                    .containsEntry("change", "expose");

            String id = run.view().shortId();
            node.rein("stop", id, "--reason", "test").ok();
            assertThat(ended(socket)).isTrue();
            assertThat(ended(connect(port))).as("while it is suspended").isTrue();
            String order =
                    node.records("kind=stop-ordered&agent=server").stream()
                            .flatMap(record ->
                                    Optional.ofNullable(record.detail().get("order")).stream())
                            .findFirst()
                            .orElse(id);
            node.rein("resume", order).ok();
            Socket again = connect(port);
            again.getOutputStream().write("again\n".getBytes(US_ASCII));
            assertThat(new String(again.getInputStream().readNBytes(11), US_ASCII))
                    .isEqualTo("run: again\n");
            node.rein("stop", id, "--kill", "--reason", "test").ok();
            run.ended();
        }
        Await.until("the port is free again", () -> free(port));
    }

    @Test
    void aPortThatIsTakenStartsNothing() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            assertThat(
                            node.run(
                                            List.of(
                                                    "--agent",
                                                    "late",
                                                    "--expose",
                                                    "3000:" + taken.getLocalPort()),
                                            "echo ran")
                                    .refused())
                    .contains("127.0.0.1:" + taken.getLocalPort(), "--expose PORT:HOSTPORT");
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(LOOPBACK, port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static boolean ended(Socket socket) {
        try (socket) {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private static boolean free(int port) {
        try (ServerSocket again = new ServerSocket()) {
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(LOOPBACK, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
