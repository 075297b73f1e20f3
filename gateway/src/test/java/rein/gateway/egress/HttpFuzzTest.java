package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;

/**
 * Whatever an agent sends, the upstream sees one well-formed request for each decision that allowed
 * it, and none besides.
 */
final class HttpFuzzTest {
    private static final List<String> SEEDS =
            List.of(
                    "GET /a HTTP/1.1\r\nHost: web.test\r\n\r\n",
                    "POST /b HTTP/1.1\r\nHost: web.test\r\nContent-Length: 3\r\n\r\nabc",
                    "POST /c HTTP/1.1\r\nHost: web.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /d HTTP/1.1\r\nHost: web.test\r\n\r\n",
                    "GET http://web.test/e HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\r\n");

    private static final String[] PIECES = {
        "\r\n",
        "\n",
        "\r",
        " ",
        "\t",
        ":",
        ",",
        ";",
        "0",
        "-",
        "chunked",
        "Content-Length: 1\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Host: evil.test\r\n",
        "\0",
        "\u00ff",
        "HTTP/1.1",
        "/"
    };

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void theUpstreamSeesOnlyWhatWasDecided(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> heads = new CopyOnWriteArrayList<>();
        try (Lab lab = new Lab();
                Upstream web =
                        Upstream.talking(peer -> {
                            heads.add(peer.readUntil("\r\n\r\n"));
                            peer.send(
                                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                            peer.readToEnd();
                        })) {
            lab.host("web.test");
            lab.allow("web.test/http");
            for (int round = 0; round < 100; round++) {
                try (Lab.Peer agent = lab.connect("web.test", web.port())) {
                    agent.send(mutated(random));
                    agent.socket.shutdownOutput();
                    assertThat(agent.readToEnd()).as("seed %d round %d", seed, round).isNotNull();
                } catch (IOException reset) {
                    // The door may end a connection that it does not understand.
                }
            }
            lab.door.close(lab.context.run().id());
            List<Entry> allowed =
                    lab.records(Kind.DECISION, 1).stream()
                            .filter(e -> e.draft().decision().orElseThrow().allowed())
                            .toList();
            assertThat(heads).as("seed %d", seed).hasSizeLessThanOrEqualTo(allowed.size());
            assertThat(heads).isNotEmpty();
            for (String head : heads) {
                if (!head.endsWith("<end>")) {
                    assertThat(head)
                            .as("seed %d", seed)
                            .matches(
                                    "(?s)[A-Z]+ [!-~]+ HTTP/1\\.1\r\n([!-~]+: [^\r\n\0]*\r\n)+\r\n")
                            .doesNotContain("evil.test\r\nHost")
                            .containsOnlyOnce("Host: web.test:" + web.port() + "\r\n");
                }
            }
        }
    }

    private static byte[] mutated(SplittableRandom random) {
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int edits = random.nextInt(4); edits > 0; edits--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 1 -> text.deleteCharAt(at);
                default -> text.setCharAt(at, (char) random.nextInt(256));
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }
}
