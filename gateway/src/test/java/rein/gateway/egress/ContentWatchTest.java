package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import rein.gateway.ContentInspection;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Severity;
import rein.vocabulary.Taint;

/** What is found is recorded before it goes on, and does not go on if it cannot be. */
final class ContentWatchTest {
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final AtomicBoolean refuse = new AtomicBoolean();
    private HttpServer server;
    private Lab lab;

    /** Looks for one word, and takes it out of requests. */
    private final class Word implements ContentInspection.Message {
        private final ContentInspection.Way way;

        Word(ContentInspection.Way way) {
            this.way = way;
        }

        @Override
        public ContentInspection.Passing take(byte[] bytes) {
            String text = new String(bytes, ISO_8859_1);
            int at = text.indexOf("sesame");
            if (at < 0) {
                return new ContentInspection.Passing(bytes, List.of(), List.of());
            }
            if (refuse.get()) {
                lab.recorder.refuseNext(RecordRefusedException.Code.DISK_FULL);
            }
            boolean redacts = way == ContentInspection.Way.REQUEST;
            return new ContentInspection.Passing(
                    (redacts ? text.replace("sesame", "******") : text).getBytes(ISO_8859_1),
                    List.of(
                            new ContentInspection.Found(
                                    "secret/word",
                                    Severity.HIGH,
                                    at,
                                    redacts,
                                    Optional.of(Taint.CREDENTIALS))),
                    List.of());
        }

        @Override
        public ContentInspection.Passing end() {
            return new ContentInspection.Passing(new byte[0], List.of(), List.of());
        }
    }

    @BeforeEach
    void up() throws IOException {
        lab = new Lab(way -> Optional.of(new Word(way)));
        server = HttpServer.create(new InetSocketAddress(Lab.LOOPBACK, 0), 10);
        server.createContext(
                "/",
                exchange -> {
                    arrived.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
                    byte[] answer = "open sesame".getBytes(ISO_8859_1);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        lab.host("web.test");
        lab.allow("web.test/http");
    }

    @AfterEach
    void down() throws Exception {
        server.stop(0);
        lab.close();
    }

    private Lab.Peer send(String more, String body) throws IOException {
        int port = server.getAddress().getPort();
        return lab.connect("web.test", port)
                .send(
                        "POST / HTTP/1.1\r\nHost: web.test:"
                                + port
                                + "\r\nContent-Length: "
                                + body.length()
                                + "\r\n"
                                + more
                                + "\r\n"
                                + body);
    }

    @Test
    void bothMessagesAreLookedIntoAndTheRequestIsChanged() throws IOException {
        assertThat(send("", "say sesame now").readResponse()).endsWith("open sesame");
        assertThat(arrived).containsExactly("say ****** now");
        List<Draft> found =
                lab.records(Kind.CONTENT_FOUND, 2).stream().map(each -> each.draft()).toList();
        assertThat(found.getFirst().detail())
                .containsEntry("in", "request")
                .containsEntry("classes", "secret/word")
                .containsEntry("severity", "high");
        assertThat(found.getFirst().sizes()).containsEntry("redacted", 1L);
        assertThat(found.getLast().detail()).containsEntry("in", "response");
        assertThat(found.getLast().sizes()).containsEntry("redacted", 0L);
        assertThat(lab.run.ledger().taints()).contains("credentials");
        assertThat(lab.records(Kind.FLOW, 1).getFirst().draft().detail())
                .containsEntry("inspected", "request yes, response yes");
    }

    @Test
    void whatCannotBeRecordedDoesNotGoOn() throws IOException {
        refuse.set(true);
        String answer = send("", "say sesame now").readToEnd();
        assertThat(answer).doesNotContain("200 OK");
        assertThat(arrived).noneMatch(body -> body.contains("***"));
    }

    @Test
    void whatIsEncodedIsNotLookedIntoAndThatIsSaid() throws IOException {
        assertThat(send("Content-Encoding: br\r\n", "say sesame now").readResponse())
                .contains("200");
        assertThat(arrived).containsExactly("say sesame now");
        assertThat(lab.records(Kind.FLOW, 1).getFirst().draft().detail())
                .containsEntry("inspected", "request no: encoded, response yes");
    }
}
