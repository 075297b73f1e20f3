package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.server.http.Json;
import tools.jackson.databind.JsonNode;

/** The story that this product must make impossible, as anybody can run it. */
final class RomeDrillTest {
    /** Fewer would mean that a part of the story is no longer told. */
    private static final int STEPS_MIN = 15;

    @Test
    void everyStepWorksWithoutReinAndNoneWithIt(@TempDir Path folder) {
        Facilities.forRuns();
        for (String program : List.of("ssh", "sshd", "perl")) {
            Facilities.program(program);
        }
        Binary.Done done =
                Binary.run(
                        Binary.rein(Map.of(), List.of("drill", "rome", "--json"))
                                .directory(folder.toFile()));

        List<JsonNode> lines = done.out().lines().map(Json.MAPPER::readTree).toList();
        assertThat(lines).as("%s", done).hasSizeGreaterThan(STEPS_MIN);
        List<String> wrong = new ArrayList<>();
        for (JsonNode step : lines.subList(0, lines.size() - 1)) {
            boolean held =
                    step.get("outcome").asString().equals("HELD")
                            && step.get("peerContacts").asLong() == 0
                            && step.get("peerBytes").asLong() == 0
                            && !step.get("control").asString().isBlank()
                            && step.has("record")
                            && step.get("record").asString().matches("[^@]+@[0-9]+");
            if (!held) {
                wrong.add(step.toPrettyString());
            }
        }
        assertThat(wrong).isEmpty();

        JsonNode end = lines.getLast();
        JsonNode summary = end.get("summary");
        assertThat(summary.get("steps").size()).isEqualTo(lines.size() - 1);
        assertThat(summary.get("packetToSuspensionMillis").asDouble()).isPositive();
        assertThat(summary.get("processesLeft").asLong()).isZero();
        assertThat(summary.get("auditVerified").asBoolean()).isTrue();
        JsonNode again = summary.get("again");
        System.out.println("The drill's decisions, made again: " + again);
        assertThat(again.get("decided").asLong()).isGreaterThan(STEPS_MIN);
        assertThat(again.get("changed").asLong()).isZero();
        for (var cause : again.get("notReplayable").properties()) {
            // What a door itself refuses was never policy's to decide.
            assertThat(cause.getKey()).startsWith("decided without policy: ");
        }
        assertThat(summary.get("incident").asString())
                .startsWith("Agent rome (owner root), run ")
                .contains("(drill=whole)");
        assertThat(end.get("exitCode").asInt()).isZero();
        assertThat(done.code()).isZero();
        assertThat(done.err()).isEmpty();
    }
}
