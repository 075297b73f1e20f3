package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import rein.policy.Packs;
import rein.server.api.ApprovalsView;
import rein.server.api.DenialView;
import rein.server.api.RecordView;

/**
 * Policies that wait for a person's yes, and policies that ask what the run did before: with the
 * real binary, a contained run and curl.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HistoryTest {
    /** Prints the status of each attempt on a line of its own. */
    private static final String ASK =
            "echo ready; ask() { curl -s -o answer -w '%{http_code} '\"$1\"'\\n' -m 120"
                    + " ${2:+-X $2} \"http://$3/\"; }; ";

    private final Running node = Running.prepare();

    @BeforeAll
    void start() {
        Facilities.forRuns();
        Facilities.program("curl");
        node.up();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private List<String> policy(String agent, String text) {
        try {
            Path file = node.folder().resolve(agent + ".cedar");
            Files.writeString(file, text);
            return List.of("--policy", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String permit(String annotations, Upstream upstream) {
        return annotations + "\n" + upstream.grant();
    }

    private static String shipped(String name) {
        return Packs.all().stream()
                .filter(text -> text.name().equals(name))
                .findFirst()
                .orElseThrow()
                .text();
    }

    /** The request of an agent that waits. */
    private DenialView waiting(String agent) {
        List<DenialView> found = new ArrayList<>();
        Await.until(
                agent + " waits for an answer",
                () -> {
                    found.clear();
                    node.api().get("/v1/approvals", ApprovalsView.class).denials().stream()
                            .filter(denial -> denial.agent().equals(agent))
                            .filter(denial -> denial.held().isPresent())
                            .forEach(found::add);
                    return !found.isEmpty();
                });
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static void says(Contained run, String line) {
        Supplier<String> all = () -> run.out() + run.err();
        try {
            Await.until("the run says " + line, () -> run.out().lines().anyMatch(line::equals));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", but: " + all.get(), e);
        }
    }

    private List<RecordView> decisions(String agent, String decision) {
        return node.records("kind=decision&agent=" + agent + "&decision=" + decision);
    }

    @Test
    void aRequestThatWaitsIsLetThroughOnceAndTheNextOneAsksAgain() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained run =
                        Contained.start(
                                node,
                                "asker",
                                policy("asker", permit("@approval(\"owner\")", upstream)),
                                ASK
                                        + "for n in first second; do ask $n '' "
                                        + upstream.authority()
                                        + "; done; cat answer; sleep 60")) {
            DenialView first = waiting("asker");
            assertThat(upstream.connections()).as("nothing was dialed").isZero();
            assertThat(first.destination()).isEqualTo(upstream.authority() + " (http)");
            assertThat(node.rein("approvals").ok().out())
                    .contains("Waiting", first.shortId(), "for an owner");
            assertThat(node.rein("approve", first.shortId(), "--reason", "docs").ok().out())
                    .startsWith("Let through");
            says(run, "200 first");

            DenialView second = waiting("asker");
            assertThat(second.id()).isNotEqualTo(first.id());
            assertThat(node.rein("approve", second.shortId(), "--run").code())
                    .as("a yes is to one request")
                    .isNotZero();
            assertThat(node.rein("approvals", "--deny", second.shortId()).ok().out())
                    .startsWith("Refused: " + upstream.authority());
            says(run, "403 second");
            Await.until("the answer says who", () -> run.out().contains("root refused it"));
            assertThat(upstream.connections()).isEqualTo(1);

            RecordView allowed = decisions("asker", "allow").getFirst();
            RecordView approved =
                    node.records("kind=approval-ended").stream()
                            .filter(each -> "approved".equals(each.detail().get("how")))
                            .findFirst()
                            .orElseThrow();
            assertThat(approved.cause()).contains(first.id().toString());
            assertThat(approved.person()).contains("root");
            assertThat(allowed.cause()).contains(approved.id());
            assertThat(allowed.policies()).containsExactly("asker#test-upstream");
            assertThat(node.records("kind=approval-asked")).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void nobodysAnswerIsADenialThatSaysHowToAskAgain() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained run =
                        Contained.start(
                                node,
                                "waiter",
                                policy(
                                        "waiter",
                                        permit("@approval(\"operator\") @hold(\"2s\")", upstream)),
                                ASK
                                        + "ask only '' "
                                        + upstream.authority()
                                        + "; cat answer; sleep 60")) {
            says(run, "403 only");
            Await.until("the answer helps", () -> run.out().contains("that asks anew"));
            assertThat(run.out()).contains("nobody gave one within 2 seconds");
            assertThat(upstream.connections()).isZero();
            assertThat(node.records("kind=approval-ended"))
                    .anySatisfy(each -> assertThat(each.detail()).containsEntry("how", "expired"));
            assertThat(node.api().get("/v1/approvals", ApprovalsView.class).denials())
                    .noneMatch(denial -> denial.agent().equals("waiter"));
        }
    }

    @Test
    void aStopEndsTheWait() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained _ =
                        Contained.start(
                                node,
                                "stopped",
                                policy("stopped", permit("@approval(\"owner\")", upstream)),
                                ASK + "ask only '' " + upstream.authority() + "; sleep 60")) {
            DenialView waits = waiting("stopped");
            node.rein("stop", "--agent", "stopped", "--kill").ok();
            Await.until(
                    "the wait is over",
                    () ->
                            node.records("kind=approval-ended").stream()
                                    .anyMatch(each ->
                                            "over".equals(each.detail().get("how"))
                                                    && each.cause()
                                                            .filter(waits.id().toString()::equals)
                                                            .isPresent()));
            assertThat(node.rein("approve", waits.shortId()).code()).isNotZero();
            assertThat(upstream.connections()).isZero();
        }
    }

    @Test
    void theTrifectaIsSeenInShadowAndStopsNothing() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained run =
                        Contained.start(
                                node,
                                "shadow",
                                policy("shadow", permit("@taint(\"private_data\")", upstream)),
                                ASK
                                        + "ask read '' "
                                        + upstream.authority()
                                        + "; ask upload POST "
                                        + upstream.authority()
                                        + "; sleep 60")) {
            says(run, "200 read");
            says(run, "200 upload");
            List<RecordView> allowed = decisions("shadow", "allow");
            assertThat(allowed).hasSize(2);
            assertThat(allowed)
                    .filteredOn(each -> "POST".equals(each.detail().get("method")))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.foreseen())
                                .containsExactly(
                                        new RecordView.Foreseen(
                                                "shadow",
                                                "deny",
                                                List.of("trifecta#upload"),
                                                "trifecta-upload"));
                        assertThat(each.taints())
                                .containsExactly("private_data", "untrusted_input");
                    });
            assertThat(allowed)
                    .filteredOn(each -> "GET".equals(each.detail().get("method")))
                    .singleElement()
                    .satisfies(each -> assertThat(each.foreseen()).isEmpty());
        }
    }

    @Test
    void enforcedTheTrifectaRefusesUploadsAndNewDestinationsAndNothingElse() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            String elsewhere =
                    "@id(\"elsewhere\") permit (principal, action == Action::\"network:connect\","
                            + " resource == Host::\"192.0.2.9\");\n";
            List<String> options =
                    new ArrayList<>(
                            policy("enforced", upstream.grant() + elsewhere + shipped("trifecta")));
            // The work folder is what is private here.
            options.addAll(List.of("--taint", "private_data"));
            try (Contained run =
                    Contained.start(
                            node,
                            "enforced",
                            options,
                            ASK
                                    + "ask read '' %1$s; ask again '' %1$s; ask upload POST %1$s;"
                                            .formatted(upstream.authority())
                                    + " ask elsewhere '' 192.0.2.9; sleep 60")) {
                says(run, "200 read");
                says(run, "200 again");
                says(run, "403 upload");
                says(run, "403 elsewhere");
                assertThat(decisions("enforced", "deny"))
                        .flatExtracting(RecordView::policies)
                        .containsExactlyInAnyOrder("enforced#upload", "enforced#new-destination");
            }
        }
    }

    @Test
    void aBurstOfDenialsEndsInDenialOfEverything() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained run =
                        Contained.start(
                                node,
                                "burst",
                                policy("burst", upstream.grant() + shipped("escalation")),
                                ASK
                                        + ("ask before '' %1$s; for i in $(seq 20); do"
                                                        + " ask burst '' 192.0.2.$i; done;"
                                                        + " ask after '' %1$s; cat answer; sleep 60")
                                                .formatted(upstream.authority()))) {
            says(run, "200 before");
            says(run, "403 after");
            Await.until("it says why", () -> run.out().contains("denial-burst"));
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }
}
