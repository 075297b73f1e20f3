package rein.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.testkit.Samples;
import rein.vocabulary.Decision;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;

class RunDetectionTest {
    private final Session session = new Session();

    @Test
    void theSameIsFoundOnceWithinTheWindowAndAgainAfterIt() {
        session.to("pool.example", 3333, "stratum").denied();
        session.seconds(30).to("pool.example", 3333, "stratum").denied();
        assertThat(session.rules()).hasSize(1);
        session.after(Repeats.SPAN).to("pool.example", 3333, "stratum").denied();
        assertThat(session.rules()).hasSize(2);
    }

    @Test
    void afterAResumeTheSameIsFoundAtOnce() {
        session.to("pool.example", 3333, "stratum").denied();
        session.show(
                Draft.of(Kind.RESUMED)
                        .detail("scope", "run")
                        .detail("scope-name", session.run.id().toString()));
        session.seconds(1).to("pool.example", 3333, "stratum").denied();
        assertThat(session.suspending()).hasSize(2);
    }

    @Test
    void theResumeOfAnotherAgentChangesNothing() {
        session.to("pool.example", 3333, "stratum").denied();
        session.show(Draft.of(Kind.RESUMED).detail("scope", "agent").detail("scope-name", "other"));
        session.seconds(1).to("pool.example", 3333, "stratum").denied();
        assertThat(session.suspending()).hasSize(1);
    }

    @Test
    void whatRespondWritesMeansNothingHere() {
        for (Kind kind : List.of(Kind.FINDING, Kind.INCIDENT, Kind.STOP_ORDERED, Kind.RECEIPT)) {
            session.show(
                    Draft.of(kind)
                            .run(session.run)
                            .door(Door.EGRESS)
                            .detail("host", "203.0.113.1")
                            .detail("protocol", "stratum"));
        }
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void anUnreadableRecordIsCounted() {
        session.show(
                Draft.of(Kind.DECISION)
                        .run(session.run)
                        .door(Door.EGRESS)
                        .decided(Decision.deny("x", "x", ""), 1)
                        .detail("host", "a.example")
                        .detail("port", "99999"));
        assertThat(session.detection.counts().unreadable()).isEqualTo(1);
    }

    @Test
    void lateRecordsAreJudgedAndCounted() {
        session.seconds(600).to("a.example", 443, "tls").allowed();
        session.seconds(-300).to("pool.example", 3333, "stratum").denied();
        assertThat(session.suspending()).containsExactly("stratum");
        assertThat(session.detection.counts().late()).isEqualTo(1);
    }

    @Test
    void runsEndAndAreForgottenAndTooManyPushOutTheOldest() {
        RunDetection detection = new RunDetection(Detectors.all(Session.MANAGEMENT), 10);
        for (int i = 0; i < 25; i++) {
            detection.see(
                    session.entry(
                            Draft.of(Kind.NAME_LOOKUP)
                                    .run(Samples.run("coder", i))
                                    .detail("name", "a.example")
                                    .build()));
        }
        assertThat(detection.watched()).isEqualTo(10);
        assertThat(detection.counts().evicted()).isEqualTo(15);
        detection.see(
                session.entry(Draft.of(Kind.RUN_ENDED).run(Samples.run("coder", 24)).build()));
        assertThat(detection.watched()).isEqualTo(9);
    }

    @Test
    void oneBrokenDetectorDoesNotBlindTheOthers() {
        Detector<String> broken =
                new Detector<>() {
                    @Override
                    public String start() {
                        return "";
                    }

                    @Override
                    public Step<String> see(String state, Observation seen) {
                        throw new IllegalStateException("broken by the test");
                    }
                };
        RunDetection detection = new RunDetection(List.of(broken, new Stratum()));
        Draft stratum =
                session.to("pool.example", 3333, "stratum")
                        .draft(Decision.deny("x", "x", ""))
                        .build();
        assertThat(detection.see(session.entry(stratum))).hasSize(1);
        assertThat(detection.counts().failed()).isEqualTo(1);
    }

    @Test
    void theSameRecordsGiveTheSameIds() {
        Session again = new Session();
        session.to("203.0.113.10", 443, "ssh").denied();
        again.to("203.0.113.10", 443, "ssh").denied();
        assertThat(session.found).isEqualTo(again.found);
        assertThat(session.found.getFirst().finding().id().version()).isEqualTo(7);
    }

    /** Records of one incident that come in within a second may come in any order. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void whatSuspendsDoesNotHangOnTheOrderOfArrival(int seed) {
        Session told = new Session();
        Decision deny = Decision.deny("no-policy-permits", "x", "");
        List<Draft.Builder> drafts = new ArrayList<>();
        drafts.add(told.exec(false, "/usr/bin/ssh", "-NR", "1:h:2", "host.example"));
        drafts.add(told.to("host.example", 22, "ssh").draft(deny));
        drafts.add(told.to("files.example", 443, "tls").at("203.0.113.9").draft(deny));
        drafts.add(told.to("203.0.113.9", 443, "http").draft(deny));
        drafts.add(told.to("203.0.113.9", 22, "unknown").draft(deny));
        drafts.add(told.exec(false, "/usr/bin/curl", "http://10.0.0.5:7400/"));
        drafts.add(told.to("10.0.0.5", 7400, "http").draft(Decision.deny("own-listener", "x", "")));
        drafts.add(told.exec(false, "/opt/chisel", "client", "far.example", "R:1:h:2"));
        drafts.add(told.to("far.example", 443, "websocket").draft(deny));
        List<Entry> entries = new ArrayList<>();
        for (Draft.Builder draft : drafts) {
            entries.add(told.after(Duration.ofMillis(90)).entry(draft.build()));
        }
        Collections.shuffle(entries, new Random(seed));
        entries.forEach(entry -> told.found.addAll(told.detection.see(entry)));
        assertThat(told.suspending().stream().distinct().collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "ssh-tunnel-attempt",
                        "three-routes",
                        "supervisor-tampering",
                        "tunnel-tool-attempt");
    }
}
