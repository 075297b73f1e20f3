package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A corporate proxy: squid with a certificate authority of its own, which opens the TLS that passes
 * it and wants a password. It resolves from a hosts file of its own, which nobody else knows.
 */
final class Squid implements AutoCloseable {
    private static final List<Path> HELPERS =
            List.of(Path.of("/usr/lib/squid"), Path.of("/usr/lib64/squid"));

    /** Debian's user for it. */
    private static final String USER = "proxy";

    private final Path folder;
    private final int port = Running.freePort();
    private final Process process;

    /**
     * @param name a name that only this proxy knows
     * @param address what it stands for
     */
    Squid(String name, InetAddress address) {
        Facilities.program("squid");
        Facilities.program("openssl");
        Path helpers =
                HELPERS.stream()
                        .filter(each ->
                                Files.isExecutable(each.resolve("security_file_certgen"))
                                        && Files.isExecutable(each.resolve("basic_ncsa_auth")))
                        .findFirst()
                        .orElse(Path.of("/nowhere"));
        assumeTrue(
                Files.isDirectory(helpers), "missing facility: squid with OpenSSL (squid-openssl)");
        try {
            folder = Files.createTempDirectory("rein-squid");
            command(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=Corporate proxy",
                    "-addext",
                    "keyUsage=critical,keyCertSign,cRLSign",
                    "-keyout",
                    "key.pem",
                    "-out",
                    "ca.pem");
            Files.writeString(
                    folder.resolve("squid.pem"),
                    Files.readString(authority()) + Files.readString(folder.resolve("key.pem")));
            String hash = command("openssl", "passwd", "-apr1", "wonderland").trim();
            Files.writeString(folder.resolve("passwords"), "alice:" + hash + "\n");
            Files.writeString(
                    folder.resolve("hosts"), address.getHostAddress() + " " + name + "\n");
            Path configuration =
                    Files.writeString(folder.resolve("squid.conf"), configuration(helpers));
            command(
                    helpers.resolve("security_file_certgen").toString(),
                    "-c",
                    "-s",
                    folder.resolve("certs").toString(),
                    "-M",
                    "4MB");
            command("chown", "-R", USER, folder.toString());
            process =
                    new ProcessBuilder("squid", "-N", "-f", configuration.toString())
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("out").toFile())
                            .start();
            Await.until("squid listens", this::listens);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String configuration(Path helpers) {
        return """
        http_port 127.0.0.1:%1$d ssl-bump tls-cert=%2$s/squid.pem generate-host-certificates=on dynamic_cert_mem_cache_size=4MB
        sslcrtd_program %3$s/security_file_certgen -s %2$s/certs -M 4MB
        sslcrtd_children 2 startup=1
        auth_param basic program %3$s/basic_ncsa_auth %2$s/passwords
        auth_param basic children 1
        acl people proxy_auth REQUIRED
        http_access allow people
        http_access deny all
        acl first at_step SslBump1
        ssl_bump peek first
        ssl_bump bump all
        tls_outgoing_options flags=DONT_VERIFY_PEER
        sslproxy_cert_error allow all
        hosts_file %2$s/hosts
        cache deny all
        netdb_filename none
        access_log stdio:%2$s/access.log
        cache_log %2$s/cache.log
        pid_filename %2$s/squid.pid
        pinger_enable off
        coredump_dir %2$s
        cache_effective_user %4$s
        visible_hostname proxy.rein.test
        shutdown_lifetime 0 seconds
        """
                .formatted(port, folder, helpers, USER);
    }

    private boolean listens() throws IOException {
        assertThat(process.isAlive()).as("%s", Files.readString(folder.resolve("out"))).isTrue();
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private String command(String... words) throws IOException {
        Path out = folder.resolve("out");
        Process each =
                new ProcessBuilder(words)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        try {
            assertThat(each.waitFor(30, TimeUnit.SECONDS)).as("%s", List.of(words)).isTrue();
            assertThat(each.exitValue()).as("%s", Files.readString(out)).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return Files.readString(out);
    }

    /** {@code http://user:password@host:port}. */
    String url() {
        return "http://alice:wonderland@127.0.0.1:" + port;
    }

    String authorityOfIt() {
        return "127.0.0.1:" + port;
    }

    /** Its certificate authority, without the key. */
    Path authority() {
        return folder.resolve("ca.pem");
    }

    /** What passed it, a line each. */
    List<String> passed() throws IOException {
        return Files.readAllLines(folder.resolve("access.log"));
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            boolean _ = process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        List<Path> left = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(left::add);
        }
        for (Path file : left) {
            Files.deleteIfExists(file);
        }
    }
}
