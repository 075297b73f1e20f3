package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import rein.gateway.RunGrants;
import rein.gateway.RunLedger;
import rein.gateway.WaitingPlace;
import rein.gateway.Wanted;
import rein.vocabulary.Decision;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;

/** What people grant while a run goes on, at the door. */
final class GrantsTest {
    private static final UUID GRANT = new UUID(1, 1);
    private static final String ASK = "GET / HTTP/1.1\r\nHost: docs.example\r\n\r\n";

    /** One grant for one use, which the lab's policy table reads by its name. */
    private static final class OneUse implements RunGrants {
        private final PolicyText permit =
                new PolicyText("grant", new PolicyText.Scope.OfRun(), "docs.example/http");
        private final Map<Wanted, UUID> denials = new ConcurrentHashMap<>();
        private final AtomicReference<String> state = new AtomicReference<>("none");
        private final AtomicInteger givenBack = new AtomicInteger();
        private volatile boolean revoked;
        private volatile boolean unrecordable;

        @Override
        public Optional<WaitingPlace> waitingPlace() {
            return Optional.empty();
        }

        @Override
        public List<PolicyText> permits() {
            return state.get().equals("open") ? List.of(permit) : List.of();
        }

        @Override
        public Use take(Decision allowed) {
            return state.compareAndSet("open", "taken")
                    ? new Use.Taken(GRANT, permit)
                    : new Use.Gone();
        }

        @Override
        public void giveBack(Use.Taken taken) {
            givenBack.incrementAndGet();
            state.set("open");
        }

        @Override
        public void used(Use.Taken taken, UUID decision) throws RecordRefusedException {
            if (unrecordable) {
                throw new RecordRefusedException(RecordRefusedException.Code.DISK_FULL, "full");
            }
            state.set("used");
        }

        @Override
        public boolean stands(Use.Taken taken) {
            return !revoked;
        }

        @Override
        public Optional<UUID> denial(Wanted wanted) {
            return Optional.ofNullable(denials.get(wanted));
        }

        @Override
        public UUID denied(Wanted wanted, UUID record) {
            UUID first = denials.putIfAbsent(wanted, record);
            return first == null ? record : first;
        }
    }

    private final OneUse grants = new OneUse();
    private final Lab lab;

    GrantsTest() throws IOException {
        lab = new Lab(grants);
        lab.host("docs.example");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    /** A web server that answers every request. */
    private static Upstream web() throws IOException {
        return Upstream.talking(peer -> {
            while (!peer.readUntil("\r\n\r\n").endsWith("<end>")) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
    }

    private String get(Upstream upstream) throws IOException {
        try (Lab.Peer peer = lab.connect("docs.example", upstream.port())) {
            return peer.send(ASK).readResponse();
        }
    }

    @Test
    void aDenialNamesItsOwnAnswer() throws IOException {
        try (Upstream upstream = web()) {
            String first = get(upstream);
            UUID record = lab.records(Kind.DECISION, 1).getFirst().stamp().id();
            String shortId = record.toString().substring(28);
            assertThat(first)
                    .contains("403 Forbidden")
                    .contains("rein approve " + shortId)
                    .contains("--once");
            assertThat(get(upstream)).as("folded: the same id").contains("rein approve " + shortId);
            lab.time.advance(java.time.Duration.ofMinutes(2));
            assertThat(get(upstream)).as("a later record").contains("rein approve " + shortId);
            assertThat(lab.records(Kind.DECISION, 3))
                    .extracting(entry -> entry.draft().detail())
                    .filteredOn(detail -> detail.containsKey("denial"))
                    .singleElement(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                    .containsEntry("liftable", "true")
                    .containsEntry("denial", record.toString());
            assertThat(grants.denials).hasSize(1);
        }
    }

    @Test
    void ofTwentyAtOnceExactlyOnePasses() throws Exception {
        try (Upstream upstream = web()) {
            grants.state.set("open");
            List<Future<String>> answers = new ArrayList<>();
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 20; i++) {
                    answers.add(executor.submit(() -> get(upstream)));
                }
            }
            int passed = 0;
            for (Future<String> answer : answers) {
                passed += answer.get().startsWith("HTTP/1.1 200") ? 1 : 0;
            }
            assertThat(passed).isEqualTo(1);
            assertThat(upstream.connections()).isEqualTo(1);
            assertThat(grants.state).hasValue("used");
        }
    }

    @Test
    void whatIsNotDialedIsNotUsedUp() throws IOException {
        try (Upstream upstream = web()) {
            grants.state.set("open");
            lab.hosts.clear();
            assertThat(get(upstream)).contains("name-not-found");
            assertThat(grants.state).hasValue("open");
            lab.host("docs.example");
            grants.unrecordable = true;
            assertThat(get(upstream)).contains("not-recorded");
            assertThat(grants.state).hasValue("open");
            assertThat(grants.givenBack).hasValue(2);
            assertThat(upstream.connections()).isZero();
            grants.unrecordable = false;
            assertThat(get(upstream)).contains("200 OK");
        }
    }

    @Test
    void aFlowUnderAUsedGrantGoesOnUntilItIsTakenBack() throws IOException {
        try (Upstream upstream = web()) {
            grants.state.set("open");
            Lab.Peer peer = lab.connect("docs.example", upstream.port());
            assertThat(peer.send(ASK).readResponse()).contains("200 OK");
            assertThat(lab.run.recheck()).as("it is used, and stands").isZero();
            grants.revoked = true;
            assertThat(lab.run.recheck()).isEqualTo(1);
        }
    }

    @Test
    void aGrantThatEndsBeforeItsFlowBeginsOpensNothing() throws IOException {
        try (Upstream upstream = web()) {
            grants.state.set("open");
            grants.revoked = true;
            assertThatThrownBy(() -> get(upstream)).isInstanceOf(IOException.class);
            assertThat(upstream.connections()).isZero();
        }
    }

    @Test
    void whatNobodyCanLiftSaysWhyNot() throws IOException {
        lab.context.standing = Optional.of(Decision.deny("stopped", "This run is stopped.", ""));
        lab.hosts.put("docs.example", Lab.LOOPBACK);
        try (Lab.Peer peer = lab.connect("docs.example", 80)) {
            assertThat(peer.send(ASK).readResponse())
                    .contains("Approve: not possible, because it is in force for the whole run")
                    .doesNotContain("rein approve ");
        }
        lab.context.standing = Optional.empty();
        String metadata = "GET / HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n";
        try (Lab.Peer peer =
                lab.connect(
                        new java.net.InetSocketAddress(
                                java.net.InetAddress.ofLiteral("169.254.169.254"), 80))) {
            assertThat(peer.send(metadata).readResponse())
                    .contains("Approve: not possible, because metadata services");
        }
        try (Lab.Peer peer = lab.connect("git.example", 2222)) {
            String text = peer.send("SSH-2.0-x\r\n").readToEnd();
            assertThat(text).doesNotContain("rein approve ");
        }
        assertThat(grants.denials).isEmpty();
        assertThat(lab.lastDecision()).containsEntry("liftable", "false");
    }

    @Test
    void whatClientsReportOnThemselvesIsCountedApart() throws IOException {
        lab.denyAs("client-telemetry");
        try (Lab.Peer peer = lab.connect("docs.example", 80)) {
            assertThat(peer.send(ASK).readResponse()).contains("403");
        }
        assertThat(lab.run.ledger().counter(RunLedger.QUIET_DENIALS)).isEqualTo(1);
        assertThat(lab.run.ledger().counter(RunLedger.DENIALS)).isZero();
        assertThat(lab.run.ledger().counter(RunLedger.DENIED_GOALS)).isZero();
    }
}
