package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import rein.server.api.ApprovalsView;
import rein.server.api.DenialView;
import rein.server.api.RecordView;
import rein.server.http.Json;

/**
 * Denied, then allowed while the run goes on, by whoever may; never by the run. The first tests are
 * those of a single operator, since persons are registered by the later ones.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ApprovalTest {
    /** Asks again and again until it is let through. */
    private static final String LOOP =
            "echo ready; until curl -sf -o /dev/null -m 5 http://%s/; do sleep 0.1; done; echo through; ";

    private final Running node = Running.prepare();
    private final HttpClient client = HttpClient.newHttpClient();

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

    /** The one denial of an agent that could be lifted. */
    private DenialView denial(String agent) {
        List<DenialView> found = new ArrayList<>();
        Await.until(
                agent + " is denied something",
                () -> {
                    found.clear();
                    node.api().get("/v1/approvals", ApprovalsView.class).denials().stream()
                            .filter(denial -> denial.agent().equals(agent))
                            .forEach(found::add);
                    return !found.isEmpty();
                });
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private void end(String agent) {
        node.rein("stop", "--agent", agent, "--kill").ok();
        node.rein("resume", stopOf(agent)).ok();
    }

    private String stopOf(String agent) {
        return node.rein("stop", "--list")
                .ok()
                .out()
                .lines()
                .filter(line -> line.contains(agent))
                .map(line -> line.substring(0, 36))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(1)
    void theSameCommandSucceedsWhileTheRunGoesOn() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained run =
                        Contained.start(
                                node,
                                "loop",
                                List.of(),
                                LOOP.formatted(upstream.authority()) + "sleep 60")) {
            DenialView denial = denial("loop");
            assertThat(denial.destination()).isEqualTo(upstream.authority() + " (http)");
            assertThat(node.rein("activity", "--agent", "loop", "--decision", "deny").ok().out())
                    .contains("rein approve " + denial.shortId());
            assertThat(upstream.connections()).isZero();

            String said = node.rein("approve", denial.shortId(), "--reason", "docs").ok().out();
            assertThat(said)
                    .startsWith("Allowed " + upstream.authority() + " (http) for run ")
                    .contains("Single operator");
            Await.until("the loop gets through", () -> run.out().contains("through"));
            assertThat(run.isAlive()).isTrue();

            List<RecordView> granted = node.records("kind=granted");
            assertThat(granted).hasSize(1);
            assertThat(granted.getFirst().cause()).contains(denial.id().toString());
            assertThat(granted.getFirst().person()).contains("root");
            String policy =
                    node.records("kind=decision&agent=loop&decision=allow")
                            .getFirst()
                            .policies()
                            .getFirst();
            assertThat(policy).startsWith("grant/").endsWith("#grant");
            assertThat(node.rein("approvals").ok().out())
                    .contains(upstream.authority(), "until the run ends", "above the ceiling");
            end("loop");
        }
        Await.until(
                "the grant ends with its run",
                () -> node.api().get("/v1/approvals", ApprovalsView.class).grants().isEmpty());
    }

    @Test
    @Order(2)
    void onceIsOneOfTwentyParallelConnections() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained run =
                        Contained.start(
                                node,
                                "once",
                                List.of(),
                                ("ask() { curl -s -o /dev/null -w '%%{http_code}\\n' -m 10 http://%s/; }; "
                                                + "ask; until [ -e go ]; do sleep 0.1; done; "
                                                + "for i in $(seq 20); do ask & done; wait; echo all; sleep 60")
                                        .formatted(upstream.authority()))) {
            DenialView denial = denial("once");
            node.rein("approve", denial.shortId(), "--once").ok();
            Files.writeString(node.work().resolve("go"), "");
            Await.until("twenty have asked", () -> run.out().contains("all"));
            assertThat(run.out().lines().filter("200"::equals)).hasSize(1);
            assertThat(run.out().lines().filter("403"::equals)).hasSize(20);
            assertThat(upstream.connections()).isEqualTo(1);
            assertThat(node.records("kind=grant-ended").getFirst().detail())
                    .containsEntry("how", "used");
            end("once");
        }
    }

    @Test
    @Order(3)
    void takingBackCutsWhatIsOpen() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained run =
                        Contained.start(
                                node,
                                "open",
                                List.of(),
                                LOOP.formatted(upstream.authority())
                                        + "curl -sN http://%s/endless >/dev/null; echo cut $?; sleep 60"
                                                .formatted(upstream.authority()))) {
            DenialView denial = denial("open");
            node.rein("approve", denial.shortId(), "--for", "1h").ok();
            Await.until("it streams", () -> upstream.endless() == 1);
            node.rein("approvals", "--revoke", denial.shortId(), "--reason", "enough").ok();
            Await.until("the stream is cut", () -> run.out().contains("cut"));
            Await.until("upstream sees it", () -> upstream.endless() == 0);
            assertThat(node.rein("approvals", "--revoke", denial.shortId()).exits(1).err())
                    .contains("No grant in force");
            end("open");
        }
    }

    @Test
    @Order(4)
    void aWatcherSeesEachDenialAsItComesAndASecondTerminalAnswers() throws IOException {
        Path seen = Files.createTempFile(node.folder(), "watch", ".out");
        Process watch =
                Binary.rein(node.environment(), List.of("approvals", "--watch"))
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(seen.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            Await.until("it waits", () -> Files.readString(seen).contains("Waiting"));
            try (Upstream upstream = new Upstream(Facilities.ownAddress());
                    Contained run =
                            Contained.start(
                                    node,
                                    "watched",
                                    List.of(),
                                    LOOP.formatted(upstream.authority()) + "sleep 60")) {
                DenialView denial = denial("watched");
                Await.until(
                        "the watcher sees it",
                        () -> Files.readString(seen).contains("rein approve " + denial.shortId()));
                node.rein("approve", denial.shortId()).ok();
                Await.until("the loop gets through", () -> run.out().contains("through"));
                Await.until(
                        "the watcher sees that, too",
                        () ->
                                Files.readString(seen)
                                        .contains(denial.shortId() + "  allowed by root"));
                assertThat(Files.readString(seen).lines())
                        .filteredOn(line -> line.contains("rein approve " + denial.shortId()))
                        .as("one line a destination")
                        .hasSize(1);
                end("watched");
            }
        } finally {
            watch.descendants().forEach(ProcessHandle::destroyForcibly);
            watch.destroyForcibly();
        }
    }

    @Test
    @Order(5)
    void whoeverSitsAtTheTerminalIsToldOncePerDestination() {
        String ask =
                "curl -s -o /dev/null -m 5 http://docs.invalid/; "
                        + "curl -s -o /dev/null -m 5 http://gb4w8c3ygj-default-sea.rum.aliyuncs.com/; ";
        try (Pty pty =
                Pty.start(
                        node.work(),
                        node.environment(),
                        "$REIN run --agent sitting -- bash -c '" + ask + ask + "sleep 1'")) {
            String screen = pty.ended();
            assertThat(screen.lines())
                    .filteredOn(line -> line.contains("to allow it: rein approve "))
                    .singleElement()
                    .asString()
                    .contains("denied docs.invalid:80 (http)");
            assertThat(screen)
                    .contains("rein: 2 denied, 0 findings")
                    .contains("rein: not sent: 2 usage reports of the client");
        }
    }

    @Test
    @Order(6)
    void aRunCanApproveNothing() throws IOException {
        try (Contained run =
                Contained.start(
                        node,
                        "inside",
                        List.of(),
                        "echo ready; env | grep -c REIN_TOKEN; command -v rein || echo no command; "
                                + "[ -e %s ] || echo no socket; sleep 60"
                                        .formatted(node.data().resolve("run/rein.sock")))) {
            Await.until("it looked around", () -> run.out().contains("no socket"));
            assertThat(run.out()).contains("0\n", "no command");

            // Even with the node's own file system and root's user id: it is a process of the run.
            String socket = node.data().resolve("run/rein.sock").toString();
            List<String> ask =
                    List.of("curl", "-s", "--unix-socket", socket, "http://rein/v1/approvals");
            assertThat(Binary.run(new ProcessBuilder(ask)).ok().out()).contains("\"grants\"");
            List<String> inside =
                    new ArrayList<>(
                            List.of("nsenter", "--target", insider("inside"), "--pid", "--"));
            inside.addAll(ask);
            assertThat(Binary.run(new ProcessBuilder(inside)).ok().out())
                    .contains("not-signed-in", "process of a run");
            end("inside");
        }
    }

    /** A process of the agent's run, as the host numbers it. */
    private String insider(String agent) throws IOException {
        String run = node.newest(agent).orElseThrow().id().toString();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("[0-9]+"))
                    .filter(pid -> read("/proc/" + pid + "/cgroup").contains(run))
                    .filter(pid ->
                            read("/proc/" + pid + "/status")
                                    .matches("(?s).*NSpid:\\s+\\d+\\s+\\d+.*"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    @Order(7)
    void aCrashLosesNoAcknowledgedGrant() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            String ask = LOOP.formatted(upstream.authority());
            String id;
            try (Contained run = Contained.start(node, "crashed", List.of(), ask + "sleep 60")) {
                id = denial("crashed").shortId();
                node.rein("approve", id, "--for", "1h", "--reason", "before the crash").ok();
                node.crash();
                assertThat(run.ended()).isNotZero();
            }
            node.up();
            assertThat(node.rein("approvals").ok().out()).contains(upstream.authority());
            assertThat(node.run(List.of("--agent", "crashed"), ask).ok().out()).contains("through");
            node.rein("approvals", "--revoke", id).ok();
            node.crash();
            node.up();
            assertThat(node.api().get("/v1/approvals", ApprovalsView.class).grants())
                    .as("an acknowledged end is not lost either")
                    .isEmpty();
        }
    }

    private HttpResponse<String> ask(String method, String path, String token, String body) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Authorization", "Bearer " + token)
                        .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private String token(String person, String role) {
        return node.rein("token", "create", "--person", person, "--role", role).ok().out().strip();
    }

    private HttpResponse<String> approve(String token, DenialView denial) {
        return ask(
                "POST",
                "/v1/approvals",
                token,
                "{\"denial\":\"%s\",\"terms\":\"run\"}".formatted(denial.shortId()));
    }

    @Test
    @Order(8)
    void insideTheCeilingTheOwnerAloneAboveItASecondPerson() throws IOException {
        String olga = token("olga", "owner");
        String opal = token("opal", "operator");
        String stranger = token("stan", "owner");
        String sponsor = token("sam", "sponsor");
        Map<String, String> asOlga = node.environment();
        asOlga.put("SUDO_USER", "olga");
        Path out = Files.createTempFile(node.folder(), "hers", "");
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            Process run =
                    Binary.rein(
                                    asOlga,
                                    List.of(
                                            "run",
                                            "--agent",
                                            "hers",
                                            "--",
                                            "bash",
                                            "-c",
                                            LOOP.formatted(upstream.authority()) + "sleep 60"))
                            .directory(node.work().toFile())
                            .redirectOutput(out.toFile())
                            .redirectErrorStream(true)
                            .start();
            try {
                DenialView denial = denial("hers");
                assertThat(denial.owner()).isEqualTo("olga");
                assertThat(denial.aboveCeiling()).isTrue();
                assertThat(denial.people()).isEqualTo(2);
                for (String other : List.of(stranger, sponsor)) {
                    assertThat(approve(other, denial).statusCode()).isEqualTo(403);
                }
                HttpResponse<String> strangers = ask("GET", "/v1/approvals", stranger, "");
                assertThat(Json.MAPPER.readValue(strangers.body(), ApprovalsView.class).denials())
                        .isEmpty();

                HttpResponse<String> first = approve(olga, denial);
                assertThat(first.body()).contains("needs-second-person");
                HttpResponse<String> again = approve(olga, denial);
                assertThat(again.statusCode()).isEqualTo(409);
                assertThat(again.body()).contains("second person");
                assertThat(
                                Binary.run(
                                                Binary.rein(
                                                                asOlga,
                                                                List.of(
                                                                        "run",
                                                                        "--agent",
                                                                        "hers",
                                                                        "--reach",
                                                                        upstream.authority(),
                                                                        "--",
                                                                        "true"))
                                                        .directory(node.work().toFile()))
                                        .refused())
                        .as("nor is it had from one by asking at the start")
                        .contains(upstream.authority(), "takes two people");
                assertThat(upstream.connections()).isZero();
                assertThat(approve(opal, denial).body()).contains("\"granted\"", "olga", "opal");
                Await.until("it gets through", () -> Files.readString(out).contains("through"));
                assertThat(node.records("kind=granted").getFirst().sizes())
                        .containsEntry("people-needed", 2L);
            } finally {
                end("hers");
                run.descendants().forEach(ProcessHandle::destroyForcibly);
                run.destroyForcibly();
            }
        }
        named(asOlga, olga);
    }

    /** A web host by its name is inside the fleet's ceiling. */
    private void named(Map<String, String> asOlga, String olga) throws IOException {
        Process run =
                Binary.rein(
                                asOlga,
                                List.of(
                                        "run",
                                        "--agent",
                                        "named",
                                        "--",
                                        "bash",
                                        "-c",
                                        "curl -s -m 5 http://docs.invalid/; sleep 60"))
                        .directory(node.work().toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            DenialView denial = denial("named");
            assertThat(denial.aboveCeiling()).isFalse();
            assertThat(approve(olga, denial).body()).contains("\"granted\"");
            assertThat(Optional.of(node.records("kind=granted").getFirst().detail()))
                    .hasValueSatisfying(
                            said -> assertThat(said).containsEntry("ceiling", "inside"));
        } finally {
            end("named");
            run.descendants().forEach(ProcessHandle::destroyForcibly);
            run.destroyForcibly();
        }
    }
}
