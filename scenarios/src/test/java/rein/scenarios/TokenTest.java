package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import rein.server.api.AgentView;
import rein.server.api.RunView;
import rein.server.http.Json;

/** From the bootstrap token on the first terminal to persons who may do what their roles say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TokenTest {
    private static final Pattern SHOWN = Pattern.compile("Bootstrap token, shown once: (\\S+)");

    private final Running node = Running.prepare();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Pty> terminals = new ArrayList<>();
    private String bootstrap = "";
    private String operator = "";

    @BeforeAll
    void start() {
        Facilities.forRuns();
        bootstrap = upOnATerminal();
    }

    @AfterAll
    void stop() {
        if (!terminals.isEmpty()) {
            node.rein("up", "--stop").ok();
        }
        terminals.forEach(Pty::close);
        node.close();
    }

    /** The bootstrap token that the terminal shows, or nothing. */
    private String upOnATerminal() {
        Pty pty =
                Pty.start(
                        node.folder(),
                        node.environment(),
                        "exec $REIN up --port " + node.port() + " 2>up.log");
        terminals.add(pty);
        pty.awaitScreen("Stop with Ctrl-C");
        Matcher shown = SHOWN.matcher(pty.screen());
        return shown.find() ? shown.group(1) : "";
    }

    private HttpResponse<String> ask(
            String method, String path, String token, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** {@code kind_id_secret}; the secret may hold underscores. */
    private static String secretOf(String token) {
        String secret = token.split("_", 3)[2];
        assertThat(secret).hasSizeGreaterThan(40);
        return secret;
    }

    private String member(HttpResponse<String> answer, String name) {
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body()).get(name).asString();
    }

    private String tokenOf(String person, String role) {
        return member(
                ask(
                        "POST",
                        "/v1/tokens",
                        operator,
                        "{\"person\":\"%s\",\"roles\":[\"%s\"]}".formatted(person, role)),
                "token");
    }

    @Test
    @Order(1)
    void theBootstrapTokenIsOnTheTerminalAndNowhereElse() {
        assertThat(bootstrap).startsWith("reinboot_");
        String secret = secretOf(bootstrap);
        // What is replaced while it is searched is passed over.
        List<String> found =
                Binary.run(
                                Binary.command(
                                        Map.of(),
                                        List.of(
                                                "grep",
                                                "-rlsaF",
                                                "-e",
                                                secret,
                                                node.folder().toString())))
                        .out()
                        .lines()
                        .toList();
        assertThat(found).as("the search finds what is there").isNotEmpty();
        assertThat(found)
                .allMatch(file -> Path.of(file).getFileName().toString().startsWith("screen"));
    }

    @Test
    @Order(2)
    void withoutATokenOnlyHealthAnswers() {
        HttpResponse<String> anonymous = ask("GET", "/v1/agents", "", "");
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertThat(anonymous.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(Json.MAPPER.readTree(anonymous.body()).propertyNames())
                .contains("type", "title", "status", "detail");
        assertThat(ask("GET", "/v1/agents", "rein_000000000000_" + "x".repeat(43), "").statusCode())
                .isEqualTo(401);
        assertThat(ask("POST", "/v1/stops", "", "{\"fleet\":true}").statusCode()).isEqualTo(401);
        assertThat(ask("GET", "/v1/health", "", "").statusCode()).isEqualTo(200);
        // The bootstrap token is for the exchange and for nothing else.
        assertThat(ask("GET", "/v1/agents", bootstrap, "").statusCode()).isEqualTo(401);
    }

    @Test
    @Order(3)
    void itIsExchangedOnce() {
        Binary.Done made =
                Binary.run(
                        Binary.rein(
                                Map.of("REIN_SERVER", "http://127.0.0.1:" + node.port()),
                                List.of(
                                        "token",
                                        "create",
                                        "--person",
                                        "alice",
                                        "--bootstrap",
                                        bootstrap)));
        operator = made.ok().out().strip();
        assertThat(operator).startsWith("rein_").isNotEqualTo(bootstrap);
        assertThat(ask("GET", "/v1/agents", operator, "").statusCode()).isEqualTo(200);

        HttpResponse<String> again =
                ask(
                        "POST",
                        "/v1/tokens/exchange",
                        "",
                        "{\"person\":\"mallory\",\"roles\":[],\"bootstrap\":\""
                                + bootstrap
                                + "\"}");
        assertThat(again.statusCode()).isEqualTo(403);
        assertThat(again.body()).contains("bootstrap-refused");
        assertThat(node.records("kind=token-changed")).hasSize(1);
        assertThat(ask("GET", "/v1/tokens", operator, "").body())
                .doesNotContain(secretOf(operator));
    }

    @Test
    @Order(4)
    void rolesLimit() throws IOException {
        String sponsor = tokenOf("sam", "sponsor");
        String owner = tokenOf("olga", "owner");
        assertThat(
                        ask(
                                        "POST",
                                        "/v1/tokens",
                                        sponsor,
                                        "{\"person\":\"x\",\"roles\":[\"operator\"]}")
                                .statusCode())
                .isEqualTo(403);
        assertThat(ask("POST", "/v1/stops", sponsor, "{\"fleet\":true}").statusCode())
                .isEqualTo(403);
        assertThat(ask("POST", "/v1/stops", owner, "{\"fleet\":true}").statusCode()).isEqualTo(403);
        for (String name : List.of("hers", "others")) {
            String who = name.equals("hers") ? "olga" : "alice";
            String sponsors = name.equals("hers") ? "[\"sam\"]" : "[]";
            member(
                    ask(
                            "POST",
                            "/v1/agents",
                            operator,
                            "{\"name\":\"%s\",\"blueprint\":\"coding\",\"owner\":\"%s\",\"sponsors\":%s}"
                                    .formatted(name, who, sponsors)),
                    "name");
        }
        Map<String, String> olga = node.environment();
        olga.put("SUDO_USER", "olga");
        Path out = Files.createTempFile(node.folder(), "hers", "");
        Process run =
                Binary.rein(olga, List.of("run", "--agent", "hers", "--", "sleep", "60"))
                        .directory(node.work().toFile())
                        .redirectOutput(out.toFile())
                        .redirectErrorStream(true)
                        .start();
        try {
            Await.until(
                    "her agent runs",
                    () ->
                            node.newest("hers")
                                    .map(RunView::state)
                                    .filter("running"::equals)
                                    .isPresent());
            String id = node.newest("hers").orElseThrow().id().toString();
            String stop = "{\"run\":\"" + id + "\",\"reason\":\"by a sponsor\"}";
            String resume = "{\"what\":\"" + id + "\",\"reason\":\"checked\"}";
            assertThat(member(ask("POST", "/v1/stops", sponsor, stop), "issuer")).isEqualTo("sam");
            assertThat(ask("POST", "/v1/resumes", sponsor, resume).statusCode())
                    .as("who may stop may not restart")
                    .isEqualTo(403);
            assertThat(node.newest("hers").orElseThrow().state()).isEqualTo("suspended");
            member(ask("POST", "/v1/resumes", owner, resume), "order");
            assertThat(node.newest("hers").orElseThrow().state()).isEqualTo("running");
        } finally {
            node.rein("stop", "--agent", "hers", "--kill").ok();
            run.descendants().forEach(ProcessHandle::destroyForcibly);
            run.destroyForcibly();
        }
        assertThat(ask("POST", "/v1/stops", owner, "{\"agent\":\"others\"}").statusCode())
                .isEqualTo(403);
    }

    @Test
    @Order(5)
    void aRunIsNotStartedOverTheNetworkAndRegistersNothing() {
        List<AgentView> agents = node.api().all("/v1/agents", AgentView.class);
        int records = node.records("kind=agent-changed").size();
        for (String agent : List.of("", "\"agent\":\"planted\",")) {
            for (String command : List.of("[\"true\"]", "[]")) {
                HttpResponse<String> answer =
                        ask(
                                "POST",
                                "/v1/runs",
                                operator,
                                """
                                {%s"caller":"mallory","pack":"coding","workdir":"/tmp","readable":[],
                                 "labels":{},"level":"contained","command":%s,"environment":{},
                                 "pid":1,"attended":false,"home":{"settings":{},"state":[],
                                  "stateFolder":"","telemetry":[],"git":{}},
                                 "reach":[],"expose":[],"taints":[]}
                                """
                                        .formatted(agent, command));
                assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(403);
                assertThat(answer.body()).contains("not-here");
            }
        }
        assertThat(node.api().all("/v1/agents", AgentView.class)).isEqualTo(agents);
        assertThat(node.records("kind=agent-changed")).hasSize(records);
        assertThat(node.newest("planted")).isEmpty();
    }

    @Test
    @Order(6)
    void aRepeatedWriteActsOnce() {
        String stop = "{\"agent\":\"never-was\",\"reason\":\"twice\"}";
        HttpResponse<String> first =
                ask("POST", "/v1/stops", operator, stop, "Idempotency-Key", "k-1");
        HttpResponse<String> second =
                ask("POST", "/v1/stops", operator, stop, "Idempotency-Key", "k-1");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(node.records("kind=stop-ordered"))
                .filteredOn(record -> "never-was".equals(record.detail().get("scope-name")))
                .hasSize(1);
        assertThat(
                        ask(
                                        "POST",
                                        "/v1/stops",
                                        operator,
                                        "{\"agent\":\"other\"}",
                                        "Idempotency-Key",
                                        "k-1")
                                .statusCode())
                .isEqualTo(422);
    }

    @Test
    @Order(7)
    void theDocumentListsEveryPathThatIsServed() {
        Map<?, ?> document =
                Json.MAPPER.readValue(
                        ask("GET", "/v1/openapi.json", operator, "").body(), Map.class);
        Map<?, ?> paths = (Map<?, ?>) Optional.ofNullable(document.get("paths")).orElseThrow();
        assertThat(new TreeSet<>(paths.keySet().stream().map(String::valueOf).toList()))
                .contains(
                        "/v1/agents",
                        "/v1/agents/{name}/state",
                        "/v1/health",
                        "/v1/incidents",
                        "/v1/openapi.json",
                        "/v1/records",
                        "/v1/records/live",
                        "/v1/resumes",
                        "/v1/runs",
                        "/v1/self-test",
                        "/v1/status",
                        "/v1/stops",
                        "/v1/tokens",
                        "/v1/tokens/exchange",
                        "/v1/tokens/{id}");
        for (Object path : paths.keySet()) {
            String asked = path.toString().replaceAll("\\{[a-z]+}", "x");
            // PATCH is used nowhere: what is served says so, what is not is 404.
            assertThat(ask("PATCH", asked, operator, "{}").statusCode())
                    .as("%s", path)
                    .isEqualTo(405);
        }
    }

    @Test
    @Order(8)
    void badRequestsAreProblemsAndNeverFailures() {
        for (String path :
                List.of("/v1/tokens", "/v1/stops", "/v1/resumes", "/v1/agents", "/v1/runs")) {
            for (String body : List.of("{}", "[]", "null", "{", "{\"bogus\":1}", "\u0000")) {
                HttpResponse<String> answer = ask("POST", path, operator, body);
                assertThat(answer.statusCode())
                        .as("%s %s: %s", path, body, answer.body())
                        .isBetween(400, 422);
            }
        }
        for (String query : List.of("limit=-1", "limit=x", "cursor=zzz", "from=yesterday")) {
            assertThat(ask("GET", "/v1/records?" + query, operator, "").statusCode())
                    .as("%s", query)
                    .isEqualTo(400);
        }
    }

    @Test
    @Order(9)
    void aSecondTerminalShowsNoBootstrapAndARevokedTokenIsDead() {
        String id = operator.split("_", -1)[1];
        String second = tokenOf("alice", "operator");
        node.rein("up", "--stop").ok();
        assertThat(upOnATerminal()).as("somebody is registered").isEmpty();
        assertThat(ask("GET", "/v1/agents", operator, "").statusCode()).isEqualTo(200);
        assertThat(ask("DELETE", "/v1/tokens/" + id, second, "").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/v1/agents", operator, "").statusCode()).isEqualTo(401);
        assertThat(ask("GET", "/v1/agents", second, "").statusCode()).isEqualTo(200);
    }
}
