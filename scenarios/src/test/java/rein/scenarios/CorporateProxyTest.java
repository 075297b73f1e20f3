package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.server.api.RecordView;

/** Squid opens TLS on the way out, as companies have it; runs trust it because the node says so. */
final class CorporateProxyTest {
    private static final String NAME = "upstream.rein.test";
    private static final String BODY = "the upstream's own words";
    private static final char[] PASSWORD = "changeit".toCharArray();

    private static final String GET =
            """
            import java.net.*; import java.net.http.*;
            class Get {
                public static void main(String[] a) throws Exception {
                    System.out.print(HttpClient.newHttpClient().send(
                        HttpRequest.newBuilder(URI.create(a[0])).build(), HttpResponse.BodyHandlers.ofString()).body());
                }
            }
            """;

    private final Running node = Running.prepare();
    private final List<AutoCloseable> open = new ArrayList<>();
    @TempDir Path folder;

    @BeforeEach
    void facilities() {
        Facilities.forRuns();
        Facilities.program("curl");
        Facilities.program("node");
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    /** The JDK of this test, if a run can see it. */
    private static Path java() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assumeTrue(java.startsWith("/usr/lib/jvm"), "missing facility: a JDK below /usr/lib/jvm");
        return java;
    }

    private HttpsServer upstream() throws Exception {
        Path store = folder.resolve("upstream.p12");
        Process keytool =
                new ProcessBuilder(
                                java().resolveSibling("keytool").toString(),
                                "-genkeypair",
                                "-alias",
                                "upstream",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + NAME,
                                "-ext",
                                "san=dns:" + NAME,
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.out").toFile())
                        .start();
        assertThat(keytool.waitFor()).isZero();
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), PASSWORD), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(Facilities.ownAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = BODY.getBytes(StandardCharsets.US_ASCII);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        open.add(() -> server.stop(0));
        return server;
    }

    private void up(Map<String, String> more) {
        Map<String, String> environment = new TreeMap<>(node.environment());
        environment.putAll(more);
        node.up(Binary.rein(environment, node.upCommand()));
    }

    private Squid squid() throws IOException {
        Squid squid = new Squid(NAME, Facilities.ownAddress());
        open.add(squid);
        return squid;
    }

    /** curl by the proxy variables, node and java straight, each through the same door. */
    private List<String> scripts(String url) throws IOException {
        Files.writeString(node.work().resolve("Get.java"), GET);
        return List.of(
                "curl -sS --max-time 30 " + url,
                "node -e \"require('https').get('" + url + "', r => r.pipe(process.stdout))\"",
                java() + " Get.java " + url);
    }

    @Test
    void runsTrustTheProxyBecauseTheNodeDoes() throws Exception {
        HttpsServer upstream = upstream();
        Squid squid = squid();
        up(Map.of("HTTPS_PROXY", squid.url(), "REIN_EXTRA_CA", squid.authority().toString()));
        String authority = NAME + ":" + upstream.getAddress().getPort();
        for (String script : scripts("https://" + authority + "/")) {
            Binary.Done done = node.run(List.of("--agent", "office", "--reach", authority), script);
            assertThat(done.ok().out()).as(script).isEqualTo(BODY);
        }
        assertThat(squid.passed())
                .as("squid opened the TLS")
                .anyMatch(line -> line.contains("GET https://" + authority + "/"));
        List<RecordView> decisions = node.records("kind=decision&agent=office");
        assertThat(decisions)
                .hasSize(3)
                .allSatisfy(record -> {
                    assertThat(record.resource()).contains(authority);
                    assertThat(record.detail())
                            .containsEntry("address", "unverified")
                            .containsEntry("resolved-by", "proxy")
                            .containsEntry("through", squid.authorityOfIt());
                });
        assertThat(node.records("").toString() + node.said() + node.logged())
                .doesNotContain("wonderland");
        // What is not granted does not get as far as the proxy.
        int passed = squid.passed().size();
        node.run(List.of("--agent", "office"), scripts("https://" + authority + "/").getFirst())
                .exits(56);
        assertThat(squid.passed()).hasSize(passed);
    }

    @Test
    void withoutTheAuthorityTheyDoNot() throws Exception {
        HttpsServer upstream = upstream();
        Squid squid = squid();
        up(Map.of("HTTPS_PROXY", squid.url()));
        String authority = NAME + ":" + upstream.getAddress().getPort();
        for (String script : scripts("https://" + authority + "/")) {
            Binary.Done done = node.run(List.of("--agent", "office", "--reach", authority), script);
            assertThat(done.code()).as("%s %s", script, done).isNotZero();
            assertThat(done.out()).doesNotContain(BODY);
            assertThat(done.err()).containsPattern("(?i)certificat|PKIX");
        }
    }

    @Test
    void aWrongPasswordIsADenialThatSaysSo() throws Exception {
        HttpsServer upstream = upstream();
        Squid squid = squid();
        up(Map.of("HTTPS_PROXY", squid.url().replace("wonderland", "looking-glass")));
        String authority = NAME + ":" + upstream.getAddress().getPort();
        node.run(
                        List.of("--agent", "office", "--reach", authority),
                        scripts("https://" + authority + "/").getFirst())
                .exits(35);
        assertThat(node.records("agent=office&decision=deny").getFirst().reasons().getFirst())
                .contains("wants other credentials (407)");
        assertThat(node.records("").toString() + node.logged()).doesNotContain("looking-glass");
    }

    @Test
    void aFileThatCannotBeUsedStartsNothing() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.pem"), "hello");
        Map<String, String> environment = new TreeMap<>(node.environment());
        environment.put("REIN_EXTRA_CA", bad.toString());
        assertThat(Binary.run(Binary.rein(environment, node.upCommand())).refused())
                .contains("REIN_EXTRA_CA", bad.toString(), "holds no certificate");
    }
}
