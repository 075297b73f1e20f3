package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.Samples;
import rein.vocabulary.Cut;
import rein.vocabulary.Draft;
import rein.vocabulary.Finding;
import rein.vocabulary.Incident;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException.Code;
import rein.vocabulary.Run;
import rein.vocabulary.Severity;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Technique;
import rein.vocabulary.Uuid7;

class ResponderTest {
    private static final UUID EVIDENCE = new UUID(7, 7);
    private static final String TUNNEL = "Tried to open an SSH tunnel to 203.0.113.10:443.";

    @TempDir private Path folder;
    private Bench bench;
    private Incidents incidents;
    private Responder responder;
    private Run run;
    private int findings;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(folder);
        Run plain = Samples.run("coder", 0x7f3a1b2cL);
        run =
                bench.known(
                        new Run(
                                plain.id(),
                                plain.parent(),
                                plain.agent(),
                                plain.node(),
                                plain.level(),
                                new TreeMap<>(Map.of("job", "42")),
                                plain.started()));
        incidents = new Incidents(new Uuid7(bench.time, new SplittableRandom(3)), bench.time);
        responder = new Responder(bench.late, incidents, bench.stops, bench.time);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private Finding finding(String rule, String sentence, Severity severity, boolean suspends) {
        findings++;
        return new Finding(
                new UUID(1, findings),
                run,
                rule,
                sentence,
                severity,
                suspends,
                List.of(Technique.attack("T1572")),
                List.of(EVIDENCE));
    }

    private Optional<Incident> tunnel(Duration before) {
        return responder.respond(
                finding("ssh-tunnel-attempt", TUNNEL, Severity.HIGH, true),
                new Onset(bench.time.nanos() - before.toNanos(), true));
    }

    private Optional<Incident> see(String rule, String sentence, Severity severity) {
        return responder.respond(
                finding(rule, sentence, severity, false), new Onset(bench.time.nanos(), true));
    }

    @Test
    void tellsTheWholeStoryInOneSentence() {
        bench.time.advance(Duration.ofMinutes(1));
        bench.stops.register(
                "sandbox",
                order -> {
                    bench.time.advance(Duration.ofMillis(30));
                    return Set.of(new Cut(run.id(), "frozen", 9, 0, 30_000));
                });
        Incident incident = tunnel(Duration.ofMillis(8)).orElseThrow();
        assertThat(incident.sentence())
                .isEqualTo(
                        "Agent coder (owner alice), run 7f3a1b2c (job=42), tried to open an SSH"
                                + " tunnel to 203.0.113.10:443 and was suspended 38 ms after the"
                                + " first packet.");
        assertThat(incident.severity()).isEqualTo(Severity.HIGH);
        assertThat(bench.recorded())
                .containsExactly(Kind.FINDING, Kind.STOP_ORDERED, Kind.RECEIPT, Kind.INCIDENT);
    }

    @Test
    void recordsNameTheirCauseAndKeepWordsOutOfTheDetails() {
        tunnel(Duration.ZERO);
        UUID finding = bench.recorder.entries().getFirst().stamp().id();
        assertThat(bench.recorded(Kind.FINDING).cause()).contains(EVIDENCE);
        assertThat(bench.recorded(Kind.STOP_ORDERED).cause()).contains(finding);
        assertThat(bench.recorded(Kind.INCIDENT).cause()).contains(finding);
        assertThat(bench.recorded(Kind.FINDING).detail())
                .containsEntry("rule", "ssh-tunnel-attempt")
                .containsEntry("severity", "high")
                .containsEntry("techniques", "ATT&CK 19.1 T1572");
        assertThat(bench.recorded(Kind.STOP_ORDERED).person()).isEmpty();
        for (var entry : bench.recorder.entries()) {
            Draft draft = entry.draft();
            assertThat(draft.run()).contains(run);
            assertThat(draft.detail().toString()).doesNotContain("203.0.113.10");
        }
    }

    @Test
    void aPointThatDoesNotConfirmIsNamed() {
        bench.stops.register(
                "egress",
                order -> {
                    throw new IllegalStateException("gone");
                });
        bench.stops.register("sandbox", order -> Set.of(new Cut(run.id(), "frozen", 9, 2, 1)));
        assertThat(tunnel(Duration.ZERO).orElseThrow().sentence())
                .endsWith("and was ordered to stop, but egress, sandbox did not confirm.");
    }

    @Test
    void aSecondFindingJoinsTheIncidentAndStopsNothingTwice() {
        Incident first = tunnel(Duration.ofMillis(8)).orElseThrow();
        Incident second =
                responder
                        .respond(
                                finding("stratum", "Tried to mine.", Severity.HIGH, true),
                                new Onset(0, true))
                        .orElseThrow();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.findings()).hasSize(2);
        assertThat(second.sentence())
                .contains("suspended 8 ms after the first packet")
                .endsWith("It also tried to mine.");
        assertThat(bench.stops.inForce()).hasSize(1);
    }

    @Test
    void littleThingsMakeNoIncidentButBecomePartOfOne() {
        assertThat(see("metadata-probe", "Tried metadata.", Severity.LOW)).isEmpty();
        assertThat(see("private-address", "Tried 10.0.0.1:80.", Severity.LOW)).isEmpty();
        assertThat(bench.recorded()).containsExactly(Kind.FINDING, Kind.FINDING);
        Incident incident = see("sweep", "Probed 14 hosts.", Severity.HIGH).orElseThrow();
        assertThat(incident.sentence())
                .isEqualTo(
                        "Agent coder (owner alice), run 7f3a1b2c (job=42), probed 14 hosts; it was"
                                + " not stopped. It also tried metadata. It also tried 10.0.0.1:80.");
        assertThat(incidents.open()).hasSize(1);
        incidents.runEnded(run.id());
        assertThat(incidents.open()).isEmpty();
    }

    @Test
    void anIncidentIsBoundedAndKeepsTheWorst() {
        for (int i = 0; i < Incidents.FINDINGS_MAX + 20; i++) {
            see("rule", "Did thing " + i + ".", Severity.MEDIUM);
        }
        Incident incident = tunnel(Duration.ZERO).orElseThrow();
        assertThat(incident.findings()).hasSize(Incidents.FINDINGS_MAX);
        assertThat(incident.severity()).isEqualTo(Severity.HIGH);
        assertThat(incident.sentence()).contains("tried to open").endsWith("59 more findings.");
        assertThat(incidents.leftOut()).isEqualTo(20);
    }

    @Test
    void aFullLogKeepsNothingFromBeingStopped() {
        for (int i = 0; i < 4; i++) {
            bench.recorder.refuseNext(Code.DISK_FULL);
        }
        Incident incident = tunnel(Duration.ZERO).orElseThrow();
        StopOrder order = bench.stops.standing(run).orElseThrow();
        assertThat(order.cause()).contains(EVIDENCE);
        assertThat(incident.sentence()).contains("was suspended");
        assertThat(bench.recorded()).isEmpty();
        assertThat(bench.stops.flushLate()).isEqualTo(4);
        assertThat(bench.recorded())
                .containsExactly(Kind.FINDING, Kind.STOP_ORDERED, Kind.RECEIPT, Kind.INCIDENT);
    }

    @Test
    void afterAResumeTheSameSuspendsAgain() throws StopException {
        tunnel(Duration.ZERO);
        bench.stops.resume(new StopOrder.Scope.OfRun(run.id()), "bob", "an error, I think");
        tunnel(Duration.ZERO);
        assertThat(bench.stops.standing(run)).isPresent();
    }
}
