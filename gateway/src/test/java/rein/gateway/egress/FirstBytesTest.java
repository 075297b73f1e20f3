package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FirstBytesTest {
    private static byte[] text(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static Stream<Arguments> openings() {
        return Stream.of(
                Arguments.of("ssh", text("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n")),
                Arguments.of("tls", Hellos.naming("api.example.test")),
                Arguments.of("tls-unnamed", Hellos.unnamed()),
                Arguments.of("tls", inRecordsOf(Hellos.naming("api.example.test"), 7)),
                Arguments.of("http", text("GET /path HTTP/1.1\r\nHost: a.test\r\n\r\n")),
                Arguments.of("http", text("GET /" + "x".repeat(200) + " HTTP/1.1\r\n\r\n")),
                Arguments.of("http", text("CONNECT a.test:443 HTTP/1.1\r\n\r\n")),
                Arguments.of("http", text("OPTIONS * HTTP/1.1\r\n\r\n")),
                Arguments.of("http", text("POST http://a.test/ HTTP/1.1\r\n\r\n")),
                Arguments.of("http", text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
                Arguments.of(
                        "stratum",
                        text("{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": []}\n")),
                Arguments.of("stratum", text("{\"id\":2,\"method\":\"eth_submitLogin\"}\n")),
                Arguments.of(
                        "stratum",
                        text(
                                "{\"method\": \"login\",\"params\":{\"login\":\"4x\",\"pass\":\"x\","
                                        + "\"agent\":\"xmrig/6\",\"algo\":[\"rx/0\"]},\"id\":1}\n")),
                Arguments.of(
                        "stratum",
                        text(
                                "  {\"id\":1,\"params\":[\""
                                        + "p".repeat(400)
                                        + "\"],\"method\":\"mining.authorize\"}\n")),
                Arguments.of("unknown", text("{\"jsonrpc\":\"2.0\",\"method\":\"initialize\"}\n")),
                Arguments.of("unknown", text("{\"method\":\"login\",\"user\":\"bob\"}\n")),
                Arguments.of("unknown", text("{" + "x".repeat(2000))),
                Arguments.of("socks", new byte[] {5, 2, 0, 2}),
                Arguments.of("socks", new byte[] {4, 1, 0, 80, 1, 2, 3, 4, 0}),
                Arguments.of("unknown", text("EHLO mail.test\r\n")),
                Arguments.of("unknown", text("USER anonymous\r\n")),
                Arguments.of("unknown", text("get / HTTP/1.1\r\n")),
                Arguments.of("unknown", new byte[] {22, 3, 1, 0, 0}),
                Arguments.of("unknown", new byte[] {22, 3, 1, 2, 0, 2, 0, 0, 0}),
                Arguments.of("unknown", new byte[] {5, 0}),
                Arguments.of("unknown", new byte[] {0, 1, 2, 3}));
    }

    /** The same handshake message, cut into records of a few bytes each. */
    private static byte[] inRecordsOf(byte[] hello, int size) {
        List<Byte> out = new ArrayList<>();
        for (int at = 5; at < hello.length; at += size) {
            int n = Math.min(size, hello.length - at);
            for (byte b : new byte[] {22, 3, 1, 0, (byte) n}) {
                out.add(b);
            }
            for (int i = 0; i < n; i++) {
                out.add(hello[at + i]);
            }
        }
        byte[] bytes = new byte[out.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = out.get(i);
        }
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("openings")
    void tellsWhatAConnectionSpeaks(String expected, byte[] bytes) {
        assertThat(FirstBytes.settle(bytes, bytes.length).protocol().label()).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("openings")
    void onceAPrefixHasAnAnswerEveryLongerOneHasTheSame(String expected, byte[] bytes) {
        Optional<String> answer = Optional.empty();
        for (int n = 0; n <= bytes.length; n++) {
            byte[] prefix = Arrays.copyOf(bytes, n);
            Optional<String> now =
                    FirstBytes.classify(prefix, n).map(opening -> opening.protocol().label());
            if (answer.isPresent()) {
                assertThat(now).as("first %d bytes", n).isEqualTo(answer);
            }
            answer = now;
        }
        assertThat(answer).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void garbageNeverThrowsAndIsMonotone(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> seeds = openings().map(a -> (byte[]) a.get()[1]).toList();
        for (int round = 0; round < 300; round++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Optional<Protocol> answer = Optional.empty();
            for (int n = 0; n <= bytes.length; n += 1 + random.nextInt(5)) {
                Optional<Protocol> now =
                        FirstBytes.classify(Arrays.copyOf(bytes, n), n).map(Opening::protocol);
                assertThat(answer.isEmpty() || answer.equals(now))
                        .as("seed %d round %d: %s then %s at %d", seed, round, answer, now, n)
                        .isTrue();
                answer = now;
            }
            assertThat(FirstBytes.settle(bytes, bytes.length)).isNotNull();
        }
    }

    @Test
    void readsNameAndProtocolsOfARealHello() {
        byte[] bytes = Hellos.naming("API.Example.Test");
        assertThat(ClientHello.read(bytes, bytes.length))
                .isEqualTo(
                        new ClientHello.Reading.Whole(
                                new ClientHello(
                                        Optional.of("api.example.test"),
                                        List.of("h2", "http/1.1"),
                                        false)));
    }

    @Test
    void nothingIsSilentAndHalfAHelloIsUnknown() {
        byte[] bytes = Hellos.naming("a.test");
        assertThat(FirstBytes.settle(new byte[0], 0)).isEqualTo(new Opening.Silent());
        assertThat(FirstBytes.settle(bytes, 40)).isEqualTo(new Opening.Unknown());
    }

    @Test
    void evidenceMasksWhatLooksLikeASecret() {
        byte[] bytes = text("GET /?key=sk_live_0123456789abcdef HTTP/1.1\r\n\0\1SSH-2.0-x");
        assertThat(Evidence.of(bytes, bytes.length))
                .contains("GET /?key=[masked 24] HTTP/1.1")
                .contains("..SSH-2.0-x")
                .doesNotContain("0123456789abcdef");
    }
}
