package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking into files, as a person types it. No node runs. */
final class InspectTest {
    /** Put together here, so that no scanner takes this file for a leak. */
    private static final String TOKEN = "ghp" + "_r0wZwM05rMeJFpKKo5sYINrEdGjTAFMkU1C6";

    @TempDir Path folder;

    private Binary.Done inspect(String... arguments) {
        List<String> all = new ArrayList<>(List.of("inspect"));
        all.addAll(List.of(arguments));
        return Binary.run(Binary.rein(Map.of(), all).directory(folder.toFile()));
    }

    @Test
    void whatIsInAFileIsSaidAndTakenOut() throws IOException {
        Path log = folder.resolve("build.log");
        Files.writeString(
                log, "line one\npush with " + TOKEN + " done\ncard 4539 5787 6362 1486\n");
        Binary.Done found = inspect("scan", "build.log").exits(1);
        assertThat(found.out())
                .contains("build.log:2:11: critical secret/github-token", "build.log:3:6: high")
                .doesNotContain(TOKEN, "1486");
        Binary.Done clean = inspect("scan", "--redact", "build.log").exits(1);
        assertThat(clean.out())
                .isEqualTo(
                        """
                        line one
                        push with [rein:redacted secret/github-token] done
                        card [rein:redacted pii/payment-card]
                        """);
        Files.writeString(log, clean.out());
        assertThat(inspect("scan", "build.log").ok().out()).isEmpty();
        assertThat(inspect("scan", "--json", "build.log", "none.log").refused())
                .contains("none.log");
    }

    @Test
    void rulesOfOnesOwnAreUsedAndTried() throws IOException {
        Path own = folder.resolve("own.yaml");
        Files.writeString(
                own,
                """
                rules:
                  - id: staff-number
                    class: pii/staff-number
                    keywords: ['ST-#']
                    match: 'ST-\\d{6}'
                    length: 9
                    yes: ['ST-481207']
                    no: ['ST-48']
                """);
        Files.writeString(folder.resolve("list"), "ST-102938\n");
        assertThat(inspect("scan", "--rules", "own.yaml", "list").exits(1).out())
                .contains("pii/staff-number");
        assertThat(inspect("rules", "test", "--rules", "own.yaml").ok().out())
                .contains("examples are as they should be");
        Files.writeString(own, Files.readString(own).replace("'ST-48'", "'ST-481208'"));
        assertThat(inspect("rules", "test", "--rules", "own.yaml").exits(1).out())
                .contains("staff-number finds ST-481208");
        Files.writeString(own, Files.readString(own).replace("match:", "mach:"));
        assertThat(inspect("scan", "--rules", "own.yaml", "list").refused())
                .contains("unknown key 'mach'");
    }
}
