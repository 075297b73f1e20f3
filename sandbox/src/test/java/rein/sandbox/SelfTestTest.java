package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.Samples;
import rein.vocabulary.Level;

class SelfTestTest {
    @TempDir Path root;

    private SelfTestReport report(Contained contained, List<String> launcher) {
        Linux linux = contained.linux();
        return new SelfTest(contained.host(), linux, linux.bootTicker(), launcher)
                .run(Samples.run("self-test", 99));
    }

    @Test
    void everyForbiddenThingIsTriedAndHeld() {
        try (Contained contained = Contained.open(root)) {
            SelfTestReport report = report(contained, SelfTest.ownLauncher());
            assertThat(report.failed()).isEmpty();
            assertThat(report.attempts())
                    .extracting(SelfTestReport.Attempt::name)
                    .containsExactlyInAnyOrderElementsOf(Probes.NAMES);
            assertThat(report.level()).isEqualTo(Level.CONTAINED);
            assertThat(contained.host().sandboxes()).isEmpty();
        }
    }

    @Test
    void whatCouldNotBeTriedDoesNotCount() {
        try (Contained contained = Contained.open(root)) {
            SelfTestReport report = report(contained, List.of("sh", "-c", "echo broken; exit 1"));
            assertThat(report.level()).isEqualTo(Level.OBSERVE);
            assertThat(report.failed())
                    .extracting(SelfTestReport.Attempt::happened)
                    .contains("broken", "could not tell: no answer");
        }
    }
}
