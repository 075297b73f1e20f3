package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git with what it finds in a run. */
final class GitInsideTest {
    @TempDir Path folder;

    @BeforeEach
    void write() throws IOException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/git")), "missing facility: git");
        Map<String, String> files =
                GitInside.files(
                        new TreeMap<>(Map.of("user.name", "Ann \"A\" \\ Bee", "user.email", "a@b")),
                        new TreeSet<>(List.of("forge.example")));
        Path helper = folder.resolve("helper");
        Files.writeString(helper, text(files, GitInside.HELPER));
        Files.writeString(
                folder.resolve("gitconfig"),
                text(files, GitInside.CONFIG).replace(GitInside.HELPER, helper.toString()));
    }

    private static String text(Map<String, String> files, String path) {
        return files.getOrDefault(path, "");
    }

    private String git(Map<String, String> more, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("git");
        builder.command().addAll(List.of(arguments));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", "/nonexistent");
        environment.putAll(GitInside.environment());
        environment.put("GIT_CONFIG_SYSTEM", folder.resolve("gitconfig").toString());
        environment.putAll(more);
        Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void theCallerIsTheAuthor() throws Exception {
        assertThat(git(Map.of(), "config", "user.name")).isEqualTo("Ann \"A\" \\ Bee\n");
        assertThat(git(Map.of(), "config", "user.email")).isEqualTo("a@b\n");
    }

    @Test
    void sshAddressesOfForgesBecomeHttps() throws Exception {
        for (String address :
                List.of(
                        "git@forge.example:a/b.git",
                        "ssh://git@forge.example/a/b.git",
                        "ssh://forge.example/a/b.git",
                        "ssh://git@forge.example:22/a/b.git",
                        "git://forge.example/a/b.git")) {
            assertThat(git(Map.of(), "ls-remote", "--get-url", address))
                    .isEqualTo("https://forge.example/a/b.git\n");
        }
        assertThat(git(Map.of(), "ls-remote", "--get-url", "ssh://git@ssh.github.com:443/a/b"))
                .isEqualTo("https://github.com/a/b\n");
        assertThat(git(Map.of(), "ls-remote", "--get-url", "git@other.example:a"))
                .isEqualTo("git@other.example:a\n");
    }

    @Test
    void aPushWithoutALoginIsAnsweredWithWhatToDo() throws Exception {
        ConcurrentLinkedQueue<String> authorizations = new ConcurrentLinkedQueue<>();
        HttpServer forge =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        forge.createContext(
                "/",
                exchange -> {
                    authorizations.add(
                            String.join(
                                    "",
                                    exchange.getRequestHeaders()
                                            .getOrDefault("Authorization", List.of())));
                    exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
                    exchange.sendResponseHeaders(401, -1);
                    exchange.close();
                });
        forge.start();
        try {
            String url = "http://127.0.0.1:" + forge.getAddress().getPort() + "/a.git";
            git(Map.of(), "init", "-q", "r");
            git(Map.of(), "-C", "r", "commit", "-q", "--allow-empty", "-m", "x");
            assertThat(git(Map.of(), "-C", "r", "push", url, "HEAD"))
                    .contains("rein: this run has no login for 127.0.0.1", "outside the run")
                    .contains("--env GIT_TOKEN");
            assertThat(git(Map.of("GIT_TOKEN", "t0k"), "-C", "r", "push", url, "HEAD"))
                    .doesNotContain("has no login");
            // Base64 of git:t0k.
            assertThat(authorizations).contains("Basic Z2l0OnQwaw==");
        } finally {
            forge.stop(0);
        }
    }
}
