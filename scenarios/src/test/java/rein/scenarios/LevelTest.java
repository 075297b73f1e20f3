package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import rein.server.http.Json;

/** What a machine does not prove it does not claim, and what is required there is not run. */
final class LevelTest {
    /** Makes its arguments' process one that finds no perl, with which the self-test tries. */
    private static final List<String> WITHOUT_PERL =
            List.of(
                    "unshare",
                    "--mount",
                    "sh",
                    "-c",
                    "mount --bind /dev/null \"$(readlink -f \"$(command -v perl)\")\" && exec \"$@\"",
                    "sh");

    @Test
    void whatCouldNotBeTriedIsNotClaimed() {
        Facilities.forRuns();
        Facilities.program("perl");
        Facilities.program("unshare");
        try (Running node = Running.prepare()) {
            List<String> command = new ArrayList<>(WITHOUT_PERL);
            command.add(Binary.LAUNCHER.toString());
            command.addAll(node.upCommand());
            node.up(Binary.command(node.environment(), command));
            assertThat(node.said()).contains("Does not hold: ");
            String reached = node.status().level();
            assertThat(reached).isNotEqualTo("contained");
            assertThat(node.status().problems()).isNotEmpty();

            assertThat(node.rein("run", "--", "true").refused())
                    .contains("reaches the level " + reached + ", not contained", "rein doctor");
            assertThat(node.records("kind=run-started")).isEmpty();
            node.run(List.of("--require", "observe"), "true").ok();
            assertThat(node.records("kind=run-started")).hasSize(1);
        }
    }

    @Test
    void theDoctorTellsWhatItTried() {
        Facilities.forRuns();
        try (Running node = Running.prepare()) {
            Map<String, String> environment = node.environment();
            // Common in images; a JVM then speaks on standard error.
            environment.put("JAVA_TOOL_OPTIONS", "-Dharmless=true");
            Binary.Done done =
                    Binary.run(Binary.rein(environment, List.of("doctor", "--json"))).ok();
            var view = Json.MAPPER.readTree(done.out());
            assertThat(view.get("level").asString()).isEqualTo("contained");
            assertThat(view.get("tries").size()).isGreaterThan(10);
            assertThat(view.get("tries").values()).allMatch(each -> each.get("held").asBoolean());
            assertThat(node.data()).doesNotExist();
        }
    }
}
