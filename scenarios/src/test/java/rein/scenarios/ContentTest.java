package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import rein.server.api.RecordView;

/** What a run sends and gets in the clear is looked into as it passes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ContentTest {
    /** Put together here, so that no scanner takes this file for a leak. */
    private static final String TOKEN = "ghp" + "_r0wZwM05rMeJFpKKo5sYINrEdGjTAFMkU1C6";

    private static final String PLACEHOLDER = "[rein:redacted secret/github-token]*****";
    private static final int LARGE_BYTES = 20_000_000;

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private Running node;
    private HttpServer server;
    private Path grant;

    @BeforeAll
    void up() throws IOException {
        Facilities.forRuns();
        Facilities.program("curl");
        server = HttpServer.create(new InetSocketAddress(Facilities.ownAddress(), 0), 10);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    bodies.add(
                            body.length > 1_000_000
                                    ? body.length + " bytes, " + holds(body)
                                    : new String(body, StandardCharsets.ISO_8859_1));
                    byte[] answer =
                            (exchange.getRequestURI().getPath().equals("/leak")
                                            ? "card 4539 5787 6362 1486"
                                            : "fine")
                                    .getBytes(StandardCharsets.US_ASCII);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        node = Running.prepare();
        node.up(
                Binary.rein(
                        with(node.environment(), "REIN_INSPECT_SECRETS", "redact"),
                        node.upCommand()));
        grant = node.folder().resolve("grant.cedar");
        Files.writeString(
                grant,
                """
                permit (principal, action == Action::"network:connect", resource == Host::"%s")
                when { context.port == %d };
                """
                        .formatted(
                                server.getAddress().getAddress().getHostAddress(),
                                server.getAddress().getPort()));
    }

    private static Map<String, String> with(Map<String, String> all, String name, String value) {
        all.put(name, value);
        return all;
    }

    private static String holds(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return text.contains(TOKEN) ? "the token" : text.contains(PLACEHOLDER) ? "redacted" : "?";
    }

    @AfterAll
    void down() {
        server.stop(0);
        node.close();
    }

    private String url(String path) {
        return "http://"
                + server.getAddress().getAddress().getHostAddress()
                + ":"
                + server.getAddress().getPort()
                + path;
    }

    private Binary.Done run(String agent, String script) {
        bodies.clear();
        return node.run(List.of("--agent", agent, "--policy", grant.toString()), script);
    }

    private List<RecordView> found(String agent) {
        return node.records("kind=content-found&agent=" + agent);
    }

    @Test
    void aSecretDoesNotLeaveAndEverythingElseDoes() {
        String json = "{\"note\": \"push with " + TOKEN + " please\", \"n\": 1}";
        assertThat(run("sender", "curl -s -d '" + json + "' " + url("/")).out()).isEqualTo("fine");
        assertThat(bodies).containsExactly(json.replace(TOKEN, PLACEHOLDER));
        RecordView record = found("sender").getFirst();
        assertThat(record.detail())
                .containsEntry("in", "request")
                .containsEntry("classes", "secret/github-token");
        assertThat(record.sizes()).containsEntry("finds", 1L).containsEntry("redacted", 1L);
        assertThat(record.toString()).doesNotContain(TOKEN);
        assertThat(node.records("kind=flow&agent=sender").getFirst().detail())
                .containsEntry("inspected", "request yes, response yes");
    }

    @Test
    void inPiecesItDoesNotLeaveEither() {
        String half = TOKEN.substring(0, 11);
        String script =
                "(printf 'a %s'; sleep 0.5; printf '%s b') | curl -s -T - -H 'Transfer-Encoding: chunked' %s"
                        .formatted(half, TOKEN.substring(11), url("/"));
        assertThat(run("pieces", script).out()).isEqualTo("fine");
        assertThat(bodies).containsExactly("a " + PLACEHOLDER + " b");
    }

    @Test
    void aLargeBodyPassesWithItsLength() {
        String script =
                "(head -c %d /dev/zero | tr '\\0' 'z' | fold -w 99; printf ' %s ') > big; curl -s -T big %s"
                        .formatted(LARGE_BYTES, TOKEN, url("/"));
        assertThat(run("large", script).out()).isEqualTo("fine");
        assertThat(bodies).singleElement().asString().endsWith("bytes, redacted");
    }

    @Test
    void whatItGetsTaintsTheRunAndIsNotChanged() {
        assertThat(run("reader", "curl -s " + url("/leak") + "; curl -s " + url("/")).out())
                .isEqualTo("card 4539 5787 6362 1486fine");
        assertThat(found("reader").getFirst().detail())
                .containsEntry("in", "response")
                .containsEntry("classes", "pii/payment-card");
        assertThat(node.records("kind=decision&agent=reader").getFirst().taints())
                .contains("personal_data");
    }

    @Test
    void whatIsNotLookedIntoIsSaid() {
        String script =
                "printf '%s' | gzip | curl -s --data-binary @- -H 'Content-Encoding: gzip' %s"
                        .formatted(TOKEN, url("/"));
        assertThat(run("packer", script).out()).isEqualTo("fine");
        assertThat(node.records("kind=flow&agent=packer").getFirst().detail())
                .containsEntry("inspected", "request no: encoded, response yes");
        assertThat(run("asker", "curl -s '" + url("/?k=" + TOKEN) + "'").out()).isEqualTo("fine");
        assertThat(found("asker").getFirst().detail()).containsEntry("in", "target");
    }
}
