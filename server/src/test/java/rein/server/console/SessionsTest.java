package rein.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import rein.identity.Caller;
import rein.server.api.SessionView;
import rein.server.http.Api;
import rein.server.http.HttpDoor;
import rein.server.http.IdempotentAnswers;
import rein.server.http.Json;
import rein.testkit.MemoryRecorder;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Decision;
import rein.vocabulary.Kind;

/** Sessions over the real Jetty, asked by a real client that may send whatever it likes. */
final class SessionsTest {
    private final SimulatedTime time = new SimulatedTime();
    private final AtomicBoolean revoked = new AtomicBoolean();
    private final MemoryRecorder recorder = new MemoryRecorder(time, 7);
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpDoor door;

    @BeforeEach
    void serve() throws IOException {
        Sessions sessions =
                new Sessions(
                        token ->
                                token.equals("alices") && !revoked.get()
                                        ? new Caller.Person("alice", new TreeSet<>(), "token:1")
                                        : new Caller.Nobody("This token was revoked."),
                        time,
                        new SplittableRandom(7));
        Api api =
                new Api(
                        sessions::of,
                        (_, _, _) -> Decision.deny("no", "Nothing is decided here.", ""),
                        new IdempotentAnswers());
        new SessionRoutes(sessions, recorder).addTo(api);
        door = new HttpDoor(new ConsoleDoor(api, ConsoleFiles.ofThisBuild()));
        door.tcp("127.0.0.1", 0);
        door.start();
    }

    @AfterEach
    void stop() {
        door.close();
    }

    private HttpResponse<String> ask(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private record Opened(String cookie, String key) {}

    private Opened open() throws IOException, InterruptedException {
        HttpResponse<String> answer =
                ask(
                        "POST",
                        "/v1/session",
                        "{\"token\":\"alices\"}",
                        "Sec-Fetch-Site",
                        "same-origin");
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        String header = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(header)
                .startsWith("rein-session-" + door.port() + "=")
                .contains("; HttpOnly")
                .contains("; SameSite=Strict")
                .contains("; Max-Age=43200");
        return new Opened(
                header.substring(0, header.indexOf(';')),
                Json.read(answer.body().getBytes(StandardCharsets.UTF_8), SessionView.class)
                        .key()
                        .orElseThrow());
    }

    private int who(Opened session, String... more) throws IOException, InterruptedException {
        String[] headers = new String[4 + more.length];
        headers[0] = "Cookie";
        headers[1] = session.cookie();
        headers[2] = Sessions.KEY_HEADER;
        headers[3] = session.key();
        System.arraycopy(more, 0, headers, 4, more.length);
        return ask("GET", "/v1/session", "", headers).statusCode();
    }

    @Test
    void bothHalvesAreNeeded() throws Exception {
        Opened session = open();
        assertThat(who(session)).isEqualTo(200);
        assertThat(ask("GET", "/v1/session", "", "Cookie", session.cookie()).statusCode())
                .isEqualTo(401);
        assertThat(ask("GET", "/v1/session", "", Sessions.KEY_HEADER, session.key()).statusCode())
                .isEqualTo(401);
        Opened other = open();
        assertThat(who(new Opened(session.cookie(), other.key()))).isEqualTo(401);
        assertThat(recorder.entries())
                .extracting(entry -> entry.draft().kind())
                .containsOnly(Kind.SESSION_CHANGED);
    }

    @Test
    void anotherSiteGetsNothing() throws Exception {
        Opened session = open();
        String own = "http://127.0.0.1:" + door.port();
        assertThat(who(session, "Origin", own, "Sec-Fetch-Site", "same-origin")).isEqualTo(200);
        assertThat(who(session, "Origin", "http://127.0.0.1:1")).isEqualTo(401);
        assertThat(who(session, "Origin", "null")).isEqualTo(401);
        assertThat(who(session, "Sec-Fetch-Site", "same-site")).isEqualTo(401);
        assertThat(who(session, "Sec-Fetch-Site", "none")).isEqualTo(401);
        String body = "{\"token\":\"alices\"}";
        for (String[] from :
                new String[][] {
                    {"Origin", "http://evil.test"},
                    {"Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Site", "cross-site", "Origin", own}
                }) {
            HttpResponse<String> answer = ask("POST", "/v1/session", body, from);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        }
        // A form cannot leave these out, so whoever has none of them is no browser of ours.
        assertThat(ask("POST", "/v1/session", body).statusCode()).isEqualTo(403);
    }

    @Test
    void aSessionEnds() throws Exception {
        Opened silent = open();
        time.advance(Sessions.IDLE_MAX.plusSeconds(1));
        assertThat(who(silent)).isEqualTo(401);

        Opened busy = open();
        for (int i = 0; i < 13; i++) {
            assertThat(who(busy)).isEqualTo(200);
            time.advance(Duration.ofMinutes(55));
        }
        time.advance(Duration.ofMinutes(6));
        assertThat(who(busy)).as("after twelve hours").isEqualTo(401);

        Opened left = open();
        assertThat(
                        ask(
                                        "DELETE",
                                        "/v1/session",
                                        "",
                                        "Cookie",
                                        left.cookie(),
                                        Sessions.KEY_HEADER,
                                        left.key(),
                                        "Sec-Fetch-Site",
                                        "same-origin")
                                .statusCode())
                .isEqualTo(200);
        assertThat(who(left)).isEqualTo(401);

        Opened orphaned = open();
        revoked.set(true);
        assertThat(who(orphaned)).as("a revoked token ends its sessions").isEqualTo(401);
    }

    @Test
    void thereIsAlwaysRoomForOneMoreAndNeverForMore() throws Exception {
        Opened first = open();
        time.advance(Duration.ofSeconds(1));
        Opened second = open();
        time.advance(Duration.ofSeconds(1));
        for (int i = 2; i < Sessions.SESSIONS_MAX; i++) {
            open();
        }
        assertThat(who(first)).as("used again").isEqualTo(200);
        Opened last = open();
        assertThat(who(last)).isEqualTo(200);
        assertThat(who(second)).as("silent longest, so it has ended").isEqualTo(401);
        assertThat(who(first)).isEqualTo(200);
    }

    @Test
    void everyFileIsSentUnderThePolicy() throws Exception {
        for (String path : new String[] {"/", "/runs/x", "/no-such.js", "/assets/../x"}) {
            HttpResponse<String> answer = ask("GET", path, "");
            Optional<String> policy = answer.headers().firstValue("Content-Security-Policy");
            assertThat(policy).as(path).contains(ConsoleFiles.CONTENT_SECURITY_POLICY);
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        assertThat(ask("POST", "/", "").statusCode()).isEqualTo(405);
        // Where the console was not built, its address says so in a sentence.
        if (ConsoleFiles.ofThisBuild().absence().isPresent()) {
            assertThat(ask("GET", "/", "").statusCode()).isEqualTo(503);
            assertThat(ask("GET", "/", "").body()).contains("no console");
        } else {
            assertThat(ask("GET", "/activity", "").body()).contains("<div id=\"root\">");
        }
    }
}
