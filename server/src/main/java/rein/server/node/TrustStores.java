package rein.server.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a run trusts besides what this machine trusts: certificate authorities of the organisation,
 * such as that of a proxy that opens TLS. Combined stores are written once, when the node starts,
 * and seen in every run in the places of the machine's own.
 *
 * @param mounts path in the run → file of the node
 * @param environment for clients that carry a store of their own; a person's --env wins
 */
public record TrustStores(SortedMap<Path, Path> mounts, Map<String, String> environment) {
    /** Where the distributions keep the bundle; on a machine one or two of them are there. */
    private static final List<Path> BUNDLES =
            List.of(
                    Path.of("/etc/ssl/certs/ca-certificates.crt"),
                    Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
                    Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
                    Path.of("/etc/ssl/ca-bundle.pem"),
                    Path.of("/etc/ssl/cert.pem"));

    private static final List<Path> JAVA_STORES =
            List.of(
                    Path.of("/etc/ssl/certs/java/cacerts"),
                    Path.of("/etc/pki/ca-trust/extracted/java/cacerts"));

    private static final Path JDKS = Path.of("/usr/lib/jvm");

    /** What a run sees of the machine, so what can be covered in it. */
    private static final List<Path> SEEN = List.of(Path.of("/usr"), Path.of("/etc"));

    /** Where a run finds them whatever the machine is. */
    private static final Path RUN_BUNDLE = Path.of("/etc/rein/ca-certificates.crt");

    private static final Path RUN_EXTRA = Path.of("/etc/rein/extra-ca.crt");

    /** What every JDK's own store has, and what {@code changeit} protects: nothing. */
    private static final char[] JAVA_PASSWORD = "changeit".toCharArray();

    public TrustStores {
        mounts = Collections.unmodifiableSortedMap(new TreeMap<>(mounts));
        environment = Map.copyOf(environment);
    }

    /** Nothing is added. */
    public static TrustStores none() {
        return new TrustStores(new TreeMap<>(), Map.of());
    }

    /**
     * Writes the combined stores.
     *
     * @param folder ours; only root need be able to enter it, since the files are mounted
     */
    public static TrustStores write(ExtraCa extra, Path folder) throws IOException {
        SortedMap<Path, Path> mounts = new TreeMap<>();
        Path own = file(folder, "extra-ca.crt", extra.pem());
        StringBuilder all = new StringBuilder();
        for (Path bundle : BUNDLES) {
            if (all.isEmpty() && Files.isRegularFile(bundle)) {
                all.append(Files.readString(bundle, StandardCharsets.ISO_8859_1)).append('\n');
            }
        }
        Path bundle = file(folder, "ca-certificates.crt", all.append(extra.pem()).toString());
        for (Path place : real(BUNDLES)) {
            mounts.put(place, bundle);
        }
        mounts.put(RUN_BUNDLE, bundle);
        mounts.put(RUN_EXTRA, own);
        int number = 0;
        for (Path store : real(javaStores())) {
            Path combined = folder.resolve("cacerts-" + number++);
            if (combined(store, extra.certificates(), combined)) {
                mounts.put(store, combined);
            }
        }
        Map<String, String> environment = new TreeMap<>();
        for (String variable :
                List.of(
                        "SSL_CERT_FILE",
                        "REQUESTS_CA_BUNDLE",
                        "CURL_CA_BUNDLE",
                        "GIT_SSL_CAINFO")) {
            environment.put(variable, RUN_BUNDLE.toString());
        }
        environment.put("NODE_EXTRA_CA_CERTS", RUN_EXTRA.toString());
        return new TrustStores(mounts, environment);
    }

    /** The files that these paths lead to, as far as a run sees them. */
    private static SortedSet<Path> real(List<Path> paths) throws IOException {
        SortedSet<Path> real = new TreeSet<>();
        for (Path path : paths) {
            if (Files.isRegularFile(path)) {
                Path file = path.toRealPath();
                if (SEEN.stream().anyMatch(file::startsWith)) {
                    real.add(file);
                }
            }
        }
        return real;
    }

    private static List<Path> javaStores() throws IOException {
        List<Path> stores = new ArrayList<>(JAVA_STORES);
        if (Files.isDirectory(JDKS)) {
            try (Stream<Path> jdks = Files.list(JDKS)) {
                for (Path jdk : jdks.sorted().toList()) {
                    stores.add(jdk.resolve("lib/security/cacerts"));
                    stores.add(jdk.resolve("jre/lib/security/cacerts"));
                }
            }
        }
        return stores;
    }

    /**
     * A JDK's store with ours in it, in the one format that every JDK reads without a password.
     *
     * @return false if the JDK's own cannot be read: it is left alone, and trusts what it did
     */
    private static boolean combined(Path store, List<X509Certificate> extra, Path to)
            throws IOException {
        try {
            KeyStore combined = KeyStore.getInstance("JKS");
            combined.load(null, JAVA_PASSWORD);
            KeyStore theirs = KeyStore.getInstance(store.toFile(), JAVA_PASSWORD);
            for (String alias : Collections.list(theirs.aliases())) {
                if (theirs.isCertificateEntry(alias)) {
                    combined.setCertificateEntry(alias, theirs.getCertificate(alias));
                }
            }
            for (int i = 0; i < extra.size(); i++) {
                combined.setCertificateEntry("rein-extra-" + i, extra.get(i));
            }
            Files.deleteIfExists(to);
            try (OutputStream out = Files.newOutputStream(to)) {
                combined.store(out, JAVA_PASSWORD);
            }
            readable(to);
            return true;
        } catch (GeneralSecurityException e) {
            System.getLogger(TrustStores.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the trust store {0} cannot be read, so Java in a run does not trust the"
                                    + " extra certificate authorities: {1}",
                            store,
                            e.getMessage());
            return false;
        }
    }

    private static Path file(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        try (InputStream in =
                new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1))) {
            Files.copy(in, file);
        }
        readable(file);
        return file;
    }

    /** For the run's own user; whatever the umask says. */
    private static void readable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }
}
