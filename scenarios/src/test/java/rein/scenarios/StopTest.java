package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import rein.respond.ReceiptVerifier;
import rein.server.api.ReceiptView;
import rein.server.http.Json;

/** The off-switch: nothing goes on, nothing new starts, and the receipt says who confirmed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StopTest {
    /** Long enough for a loop of 20 ms to be seen going on. */
    private static final Duration A_WHILE = Duration.ofMillis(300);

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

    /** Counts in a file of the work folder until somebody ends it, a child of its own included. */
    private Contained counting(String agent) {
        return Contained.start(
                node,
                agent,
                List.of(),
                "count() { i=0; while :; do i=$((i+1)); echo $i > $1; sleep 0.02; done; };"
                        + " setsid bash -c \"$(declare -f count); count child-"
                        + agent
                        + "\" &"
                        + " echo here; count "
                        + agent);
    }

    private long count(String file) throws IOException {
        String text = Files.readString(node.work().resolve(file)).strip();
        return text.isEmpty() ? -1 : Long.parseLong(text);
    }

    private void goesOn(String file) throws IOException {
        Path counter = node.work().resolve(file);
        Await.until(file + " begins", () -> Files.exists(counter));
        long before = count(file);
        Await.until(file + " counts on", () -> count(file) > before + 1);
    }

    private void standsStill(String file) throws IOException {
        long before = count(file);
        Await.pass(A_WHILE);
        assertThat(count(file)).as("%s stands still", file).isEqualTo(before);
    }

    private ReceiptView receipt(String... arguments) {
        Binary.Done done = node.rein(arguments).ok();
        return Json.MAPPER.readValue(done.out(), ReceiptView.class);
    }

    @Test
    void oneRunIsFrozenAndGoesOnAfterAResume() throws IOException {
        try (Contained run = counting("one");
                Contained other = counting("bystander")) {
            goesOn("one");
            goesOn("child-one");
            String id = run.view().shortId();
            ReceiptView receipt = receipt("stop", id, "--reason", "looks odd", "--json");
            assertThat(receipt.complete()).isTrue();
            assertThat(receipt.mode()).isEqualTo("suspend");
            assertThat(receipt.reason()).isEqualTo("looks odd");
            assertThat(receipt.left()).isZero();
            assertThat(receipt.points())
                    .extracting(ReceiptView.Point::name)
                    .containsExactlyInAnyOrder("egress-door", "exposed-ports", "sandbox");
            assertThat(receipt.points()).allMatch(ReceiptView.Point::confirmed);
            standsStill("one");
            standsStill("child-one");
            goesOn("bystander");
            assertThat(run.view().state()).isEqualTo("suspended");
            assertThat(other.view().state()).isEqualTo("running");
            assertThat(
                            node.records("kind=stop-ordered&run=" + id).size()
                                    + node.records("kind=stop-ordered").size())
                    .isPositive();

            assertThat(node.rein("resume", id, "--reason", "was a test").ok().out())
                    .contains("1 run");
            goesOn("one");
            goesOn("child-one");
            assertThat(run.view().state()).isEqualTo("running");
        }
    }

    @Test
    void aStoppedAgentStartsNothingNew() throws IOException {
        try (Contained run = counting("whole")) {
            goesOn("whole");
            ReceiptView receipt =
                    receipt("stop", "--agent", "whole", "--reason", "later", "--json");
            standsStill("whole");
            assertThat(node.rein("run", "--agent", "whole", "--", "true").refused())
                    .contains("later", "rein resume " + receipt.order());
            node.run(List.of("--agent", "another"), "true").ok();
            node.rein("resume", receipt.order().toString()).ok();
            goesOn("whole");
            node.run(List.of("--agent", "whole"), "true").ok();
            assertThat(run.isAlive()).isTrue();
        }
    }

    @Test
    void killingLeavesNothing() throws IOException {
        try (Contained run = counting("mortal")) {
            goesOn("child-mortal");
            Binary.Done done = node.rein("stop", run.view().shortId(), "--kill");
            assertThat(done.ok().out()).startsWith("Terminated run ").contains("confirmed sandbox");
            standsStill("mortal");
            standsStill("child-mortal");
            assertThat(run.ended()).isEqualTo(137);
            assertThat(run.err().lines().filter(line -> !line.isEmpty()))
                    .allMatch(line -> line.startsWith("rein: "))
                    .anyMatch(line -> line.startsWith("rein: stopped by root: "));
            assertThat(run.view().state()).isEqualTo("ended");
        }
    }

    @Test
    void aSuspendedRunCanBeKilled() throws IOException {
        try (Contained run = counting("frozen")) {
            goesOn("frozen");
            String id = run.view().shortId();
            receipt("stop", id, "--json");
            standsStill("frozen");
            assertThat(receipt("stop", id, "--kill", "--json").left()).isZero();
            assertThat(run.ended()).isEqualTo(137);
        }
    }

    @Test
    void theFleet() throws IOException {
        try (Contained first = counting("fleet-a");
                Contained second = counting("fleet-b")) {
            goesOn("fleet-a");
            goesOn("fleet-b");
            ReceiptView receipt = receipt("stop", "--fleet", "--json");
            standsStill("fleet-a");
            standsStill("fleet-b");
            assertThat(node.rein("run", "--agent", "fleet-c", "--", "true").refused())
                    .contains("stopped");
            node.rein("resume", receipt.order().toString()).ok();
            goesOn("fleet-a");
            goesOn("fleet-b");
            assertThat(first.isAlive() && second.isAlive()).isTrue();
        }
    }

    @Test
    void everyReceiptVerifiesAndAChangedOneDoesNot() throws Exception {
        receipt("stop", "--agent", "nobody-yet", "--json");
        ReceiptVerifier verifier = new ReceiptVerifier(keys());
        try (Stream<Path> receipts = Files.list(node.data().resolve("receipts"))) {
            List<Path> files = receipts.toList();
            assertThat(files).isNotEmpty();
            for (Path file : files) {
                byte[] bytes = Files.readAllBytes(file);
                assertThat(verifier.verify(bytes).valid()).as("%s", file).isTrue();
                String changed =
                        Files.readString(file).replace("\"reason\":\"", "\"reason\":\"not ");
                assertThat(
                                verifier.verify(
                                        changed.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .isInstanceOf(ReceiptVerifier.Verification.Invalid.class);
            }
        }
    }

    /** The control plane's public half: the second line of its key file. */
    private Map<String, PublicKey> keys() throws IOException, GeneralSecurityException {
        byte[] open =
                Base64.getDecoder()
                        .decode(
                                Files.readAllLines(node.data().resolve("keys/control-plane"))
                                        .get(1));
        String id =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(open), 0, 4);
        return Map.of(
                id, KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(open)));
    }

    @Test
    void aLiveFlowIsCut() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            Path policy = Files.writeString(node.work().resolve("flow.cedar"), upstream.grant());
            String get =
                    "exec 3<>/dev/tcp/%s/%d; printf 'GET /endless HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n' >&3; cat <&3; echo cut; sleep 1000"
                            .formatted(upstream.host(), upstream.port(), upstream.authority());
            try (Contained run =
                    Contained.start(node, "flowing", List.of("--policy", policy.toString()), get)) {
                Await.until("the flow flows", () -> run.out().split("beat", -1).length > 3);
                assertThat(upstream.endless()).isEqualTo(1);
                ReceiptView receipt = receipt("stop", run.view().shortId(), "--json");
                assertThat(receipt.points())
                        .filteredOn(point -> point.name().equals("egress-door"))
                        .singleElement()
                        .satisfies(point -> assertThat(point.answer()).contains(" 1 in 1 run"));
                Await.until("the upstream sees the cut", () -> upstream.endless() == 0);
                assertThat(node.records("kind=flow&agent=flowing"))
                        .singleElement()
                        .satisfies(flow -> assertThat(flow.detail()).containsEntry("end", "cut"));
            }
        }
    }

    @Test
    void aTargetThatIsNotThereIsOneLine() {
        Binary.Done done = node.rein("stop", "00000000");
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err()).startsWith("rein: This node has no run '00000000'").hasLineCount(1);
        assertThat(node.rein("stop").refused()).contains("RUN");
        assertThat(node.rein("stop", "--fleet", "--agent", "x").refused()).contains("--agent");
    }
}
