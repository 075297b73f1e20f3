package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustStoresTest {
    @TempDir Path folder;
    private Path pem = Path.of("");
    private Instant now = Instant.EPOCH;

    /** A certificate authority of keytool's making, which is in every JDK. */
    @BeforeEach
    void authority() throws IOException, InterruptedException {
        pem = folder.resolve("ca.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "ca",
                "-keyalg",
                "EC",
                "-dname",
                "CN=Corp",
                "-ext",
                "bc:c",
                "-validity",
                "10",
                "-storepass",
                "changeit");
        keytool(
                "-exportcert",
                "-alias",
                "ca",
                "-rfc",
                "-file",
                pem.toString(),
                "-storepass",
                "changeit");
        now = Files.getLastModifiedTime(pem).toInstant();
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", folder.resolve("ca.p12").toString()));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.out").toFile())
                        .start();
        assertThat(process.waitFor()).as("%s", folder).isZero();
    }

    private String refused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.pem"), text);
        return refused(file, now);
    }

    private static String refused(Path file, Instant at) {
        String[] message = new String[1];
        assertThatThrownBy(() -> ExtraCa.read(file, at))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(thrown -> message[0] = String.valueOf(thrown.getMessage()));
        assertThat(message[0])
                .startsWith("extra-ca (REIN_EXTRA_CA): the file " + file + " ")
                .endsWith(".")
                .doesNotContain("\n");
        return message[0];
    }

    @Test
    void aFileThatCannotBeUsedIsOneLine() throws IOException {
        String good = Files.readString(pem);
        assertThat(refused(folder.resolve("none.pem"), now)).contains("cannot be read");
        assertThat(refused("")).contains("holds no certificate");
        assertThat(refused("hello")).contains("holds no certificate");
        assertThat(refused(good + "-----BEGIN PRIVATE KEY-----\n")).contains("private key");
        assertThat(refused(good.replace("MII", "AAA"))).contains("number 1, that cannot be read");
        assertThat(refused(good + "x".repeat(1 << 20))).contains("longer than");
        assertThat(refused(pem, now.plus(Duration.ofDays(30)))).contains("is valid from");
    }

    @Test
    void theBundleHoldsBothAndNothingElseOfTheFile() throws Exception {
        Path commented =
                Files.writeString(
                        folder.resolve("commented.pem"),
                        "a note that nobody needs\n" + Files.readString(pem));
        ExtraCa extra = ExtraCa.read(commented, now);
        TrustStores stores =
                TrustStores.write(extra, Files.createDirectory(folder.resolve("trust")));
        Path bundle = Path.of("/etc/rein/ca-certificates.crt");
        assertThat(stores.environment())
                .containsAllEntriesOf(
                        Map.of(
                                "SSL_CERT_FILE", bundle.toString(),
                                "REQUESTS_CA_BUNDLE", bundle.toString(),
                                "CURL_CA_BUNDLE", bundle.toString(),
                                "GIT_SSL_CAINFO", bundle.toString(),
                                "NODE_EXTRA_CA_CERTS", "/etc/rein/extra-ca.crt"));
        String own = Files.readString(stores.mounts().get(Path.of("/etc/rein/extra-ca.crt")));
        assertThat(own).startsWith("-----BEGIN CERTIFICATE-----\n").doesNotContain("note");
        String all = Files.readString(stores.mounts().get(bundle), StandardCharsets.ISO_8859_1);
        assertThat(all).endsWith(own);
        for (Map.Entry<Path, Path> mount : stores.mounts().entrySet()) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(mount.getValue())))
                    .isEqualTo("r--r--r--");
            if (mount.getKey().getFileName().toString().equals("cacerts")) {
                javaTrustsBoth(mount.getKey(), mount.getValue());
            }
        }
        // A second start writes over the first one's.
        assertThat(TrustStores.write(extra, folder.resolve("trust"))).isEqualTo(stores);
    }

    /** Without a password, as a JDK opens its own. */
    private static void javaTrustsBoth(Path theirs, Path combined) throws Exception {
        KeyStore before = KeyStore.getInstance(theirs.toFile(), "changeit".toCharArray());
        KeyStore after = KeyStore.getInstance("JKS");
        try (var in = Files.newInputStream(combined)) {
            after.load(in, null);
        }
        assertThat(after.size()).isEqualTo(before.size() + 1);
        assertThat(Collections.list(after.aliases())).contains("rein-extra-0");
    }
}
