package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The console in a real browser: the stories of {@code console/test/stories.mjs} against the real
 * server, while real runs and the real drill run. Pictures of every screen are left in {@code
 * console/target/screens}; {@code REIN_SCREENS} names another folder.
 */
final class ConsoleTest {
    /** Four browsers' worth of stories beside two drills, on a loaded machine. */
    private static final long STORIES_SECONDS_MAX = 600;

    private static final Path CONSOLE = Binary.ROOT.resolve("console");

    @Test
    void theStoriesOfTheConsole() {
        assumeTrue(
                "1".equals(System.getenv("REIN_STORIES")),
                "missing facility: REIN_STORIES=1, set where a browser has a core to itself");
        Facilities.forRuns();
        for (String program : List.of("node", "ssh", "sshd", "perl")) {
            Facilities.program(program);
        }
        assumeTrue(
                Files.isDirectory(CONSOLE.resolve("node_modules/playwright-core")),
                "missing facility: the console's npm packages (its build fetches them)");
        Optional<String> chromium = chromium();
        assumeTrue(chromium.isPresent(), "missing facility: chromium");
        try (Running node = Running.start()) {
            String token = node.rein("token", "create", "--person", "alice").ok().out().strip();
            Map<String, String> environment = node.environment();
            environment.put("REIN_URL", "http://127.0.0.1:" + node.port());
            environment.put("REIN_TOKEN", token);
            environment.put("REIN_LAUNCHER", Binary.LAUNCHER.toString());
            environment.put("REIN_WORK", node.work().toString());
            environment.put("REIN_CHROMIUM", chromium.get());
            Binary.Done told =
                    Binary.run(
                            Binary.command(environment, List.of("node", "test/stories.mjs"))
                                    .directory(CONSOLE.toFile()),
                            STORIES_SECONDS_MAX);
            assertThat(told.code()).as("%s%n%s", told.out(), told.err()).isZero();
            assertThat(told.out()).contains("ok   no policy report").doesNotContain("FAIL");
        }
    }

    @Test
    void itsOwnRulesHold() {
        Facilities.program("node");
        assumeTrue(
                Files.isDirectory(CONSOLE.resolve("node_modules/vite")),
                "missing facility: the console's npm packages (its build fetches them)");
        Binary.Done done =
                Binary.run(
                        Binary.command(Map.of(), List.of("npm", "run", "--silent", "unit"))
                                .directory(CONSOLE.toFile()));
        assertThat(done.code()).as("%s%n%s", done.out(), done.err()).isZero();
        assertThat(done.out()).contains("# fail 0");
    }

    private static Optional<String> chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/snap/bin/chromium")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst();
    }
}
