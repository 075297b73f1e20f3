package rein.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import rein.vocabulary.Severity;

class SupervisorTamperingTest {
    private final Session session = new Session();

    @Test
    void aCommandThatSpeaksToTheManagementPortSuspends() {
        session.exec("/usr/bin/curl", "-X", "POST", "http://10.0.0.5:7400/v1/stops");
        session.to("10.0.0.5", 7400, "http").in("own").denied(Observation.OWN_PORT);
        assertThat(session.suspending()).containsExactly("supervisor-tampering");
    }

    @Test
    void inTheOtherOrderToo() {
        session.to("10.0.0.5", 7400, "http").in("own").denied(Observation.OWN_PORT);
        assertThat(session.worst()).isEqualTo(Severity.MEDIUM);
        session.exec("/project/rein", "approve", "12");
        assertThat(session.suspending()).containsExactly("supervisor-tampering");
    }

    @Test
    void speakingToItAgainAndAgainSuspends() {
        session.to("10.0.0.5", 7400, "http").in("own").denied(Observation.OWN_PORT);
        session.seconds(30).to("10.0.0.5", 7400, "tls").in("own").denied(Observation.OWN_PORT);
        assertThat(session.suspending()).isEmpty();
        session.seconds(30).to("10.0.0.5", 7400, "http").in("own").denied(Observation.OWN_PORT);
        assertThat(session.suspending()).containsExactly("supervisor-tampering");
    }

    @Test
    void lookingForAFreePortIsLow() {
        for (int port = 7400; port < 7404; port++) {
            session.to("10.0.0.5", port, "silent").in("own").denied(Observation.OWN_PORT);
        }
        assertThat(session.worst()).isEqualTo(Severity.LOW);
    }

    @Test
    void aTelemetryExporterThatTriesForEverIsLow() {
        for (int i = 0; i < 1_000; i++) {
            session.seconds(1).to("10.0.0.5", 4318, "http").in("own").denied(Observation.OWN_PORT);
        }
        assertThat(session.worst()).isEqualTo(Severity.LOW);
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void aPortThatOnlyBeginsAlikeIsAnother() {
        session.exec("/usr/bin/curl", "http://dev.example:74001/");
        session.to("10.0.0.5", 7400, "http").in("own").denied(Observation.OWN_PORT);
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void theSamePortOfAnotherHostIsNobodysBusiness() {
        session.exec("/usr/bin/curl", "http://dev.example:7400/");
        session.to("dev.example", 7400, "http").denied();
        assertThat(session.rules()).isEmpty();
    }
}
