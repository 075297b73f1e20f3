package rein.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import rein.identity.Caller;
import rein.registry.RegistryException;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.EntityUid;

/** The table, served by the real Jetty and asked by a real client. */
final class ApiTest {
    /** What a test posts. */
    public record Order(String what, int count) {}

    /** What it gets. */
    public record Done(String what, int times) {}

    private final AtomicInteger done = new AtomicInteger();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpDoor door;

    @BeforeEach
    void serve() throws IOException {
        Api api =
                new Api(
                        exchange ->
                                exchange.header("Authorization").isPresent()
                                        ? new Caller.Person(
                                                exchange.header("Authorization").get(),
                                                new TreeSet<>(),
                                                "test")
                                        : new Caller.Nobody("Send a token."),
                        (caller, action, on) ->
                                caller instanceof Caller.Person(String name, var _, var _)
                                                && name.equals("alice")
                                        ? new Decision(
                                                Decision.Outcome.ALLOW,
                                                List.of("test"),
                                                List.of(),
                                                false)
                                        : Decision.deny(
                                                "not-yours", "This is not yours.", "Ask alice."),
                        new IdempotentAnswers());
        api.add(
                new Route<>(
                        "POST",
                        "/v1/things/{name}",
                        "Do a thing",
                        Action.STOP_ORDER,
                        Order.class,
                        Done.class,
                        (call, _) ->
                                new Route.On(new EntityUid("Thing", call.part("name")), List.of()),
                        (call, body) ->
                                new Done(
                                        call.part("name") + " " + body.what(),
                                        done.incrementAndGet())));
        api.add(
                Route.open(
                        "GET",
                        "/v1/open",
                        "For everybody",
                        NoBody.class,
                        Done.class,
                        (_, _) -> new Done("open", 0)));
        api.add(
                new Route<>(
                        "GET",
                        "/v1/broken",
                        "Fails",
                        Action.AUDIT_READ,
                        NoBody.class,
                        Done.class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) -> {
                            throw new IllegalStateException("a secret detail");
                        }));
        api.add(
                Route.open(
                        "GET",
                        "/v1/registry/{code}",
                        "Fails as the registry does",
                        NoBody.class,
                        Done.class,
                        (call, _) -> {
                            throw new RegistryException(
                                    RegistryException.Code.valueOf(call.part("code")),
                                    "what the registry says");
                        }));
        api.add(
                Route.open(
                        "GET",
                        "/v1/openapi.json",
                        "This API",
                        NoBody.class,
                        Map.class,
                        (_, _) -> OpenApi.of(api, "test")));
        door = new HttpDoor(api);
        door.tcp("127.0.0.1", 0);
        door.start();
    }

    @AfterEach
    void stop() {
        door.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> order(String who, String body, String... more)
            throws IOException, InterruptedException {
        String[] headers = new String[more.length + 2];
        headers[0] = "Authorization";
        headers[1] = who;
        System.arraycopy(more, 0, headers, 2, more.length);
        return send("POST", "/v1/things/x", body, headers);
    }

    @Test
    void aRowIsDoneForWhoMay() throws Exception {
        HttpResponse<String> answer = order("alice", "{\"what\":\"go\",\"count\":2}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"what\":\"x go\",\"times\":1}");
    }

    @Test
    void whoMayNotIsToldWhyAndNothingIsDone() throws Exception {
        HttpResponse<String> answer = order("mallory", "{\"what\":\"go\",\"count\":2}");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(answer.body()).contains("not-yours", "This is not yours. Ask alice.");
        assertThat(send("POST", "/v1/things/x", "{\"what\":\"go\",\"count\":2}").statusCode())
                .isEqualTo(401);
        assertThat(done).hasValue(0);
    }

    @Test
    void badInputIsA400ThatNamesTheMember() throws Exception {
        assertThat(order("alice", "{\"what\":\"go\",\"cuont\":2}").body())
                .contains("bad-json", "cuont");
        assertThat(order("alice", "{").statusCode()).isEqualTo(400);
        assertThat(order("alice", "x".repeat(2 << 20)).statusCode()).isEqualTo(413);
        assertThat(done).hasValue(0);
    }

    @Test
    void unknownPathsAndMethodsAreProblems() throws Exception {
        assertThat(send("GET", "/v1/nothing", "").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/v1/things/x", "").statusCode()).isEqualTo(405);
        assertThat(send("GET", "/v1/open", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aFailureSaysNothingOfItsInside() throws Exception {
        HttpResponse<String> answer = send("GET", "/v1/broken", "", "Authorization", "alice");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void aRepeatedWriteWithTheSameKeyActsOnce() throws Exception {
        String body = "{\"what\":\"go\",\"count\":2}";
        String first = order("alice", body, "Idempotency-Key", "k1").body();
        assertThat(order("alice", body, "Idempotency-Key", "k1").body()).isEqualTo(first);
        assertThat(done).hasValue(1);
        HttpResponse<String> other =
                order("alice", "{\"what\":\"other\",\"count\":2}", "Idempotency-Key", "k1");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(done).hasValue(1);
    }

    @Test
    void theDocumentListsEveryRowAndItsRecords() throws Exception {
        String document = send("GET", "/v1/openapi.json", "").body();
        assertThat(document)
                .contains(
                        "\"openapi\":\"3.1.0\"",
                        "/v1/things/{name}",
                        "\"x-rein-action\":\"stop:order\"")
                .contains("\"Order\"", "\"count\":{\"type\":\"integer\"}", "\"Problem\"");
    }

    @Test
    void aMemberThatIsMissingIsNamed() throws IOException, InterruptedException {
        HttpResponse<String> answer = order("alice", "{\"count\":1}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("The body is not what is expected: there is no 'what'.")
                .doesNotContain("Feature");
        assertThat(order("alice", "null").statusCode()).isEqualTo(400);
        assertThat(done.get()).isZero();
    }

    @Test
    void whatTheRegistryRefusesIsTheCallersToMend() throws IOException, InterruptedException {
        HttpResponse<String> refused = send("GET", "/v1/registry/REFUSED", "");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("what the registry says");
        HttpResponse<String> gone = send("GET", "/v1/registry/UNAVAILABLE", "");
        assertThat(gone.statusCode()).isEqualTo(503);
        assertThat(gone.body()).contains("what the registry says");
        HttpResponse<String> broken = send("GET", "/v1/registry/BROKEN", "");
        assertThat(broken.statusCode()).isEqualTo(500);
        assertThat(broken.body()).doesNotContain("what the registry says");
    }
}
