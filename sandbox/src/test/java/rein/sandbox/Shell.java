package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Commands outside of any run, with git's own identity and no settings of the machine's. */
final class Shell {
    private static final int END_SECONDS_MAX = 60;

    private Shell() {}

    static void assumeGit() {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/git")), "missing facility: git");
    }

    /** What it printed; its code does not matter. */
    static String sh(Path folder, String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(
                Map.of(
                        "PATH", "/usr/bin:/bin",
                        "HOME", "/nonexistent",
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_AUTHOR_NAME", "a",
                        "GIT_AUTHOR_EMAIL", "a@example.org",
                        "GIT_COMMITTER_NAME", "a",
                        "GIT_COMMITTER_EMAIL", "a@example.org",
                        "GIT_EDITOR", "true"));
        Process process =
                builder.directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
