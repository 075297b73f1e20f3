package rein.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThreeRoutesTest {
    private final Session session = new Session();

    @Test
    void threeWaysToTheSameHostSuspend() {
        session.to("files.example", 443, "tls").by("connect").denied();
        session.seconds(20).to("files.example", 8443, "tls").denied();
        assertThat(session.suspending()).isEmpty();
        session.seconds(20).to("files.example", 443, "unknown").denied();
        assertThat(session.suspending()).containsExactly("three-routes");
        assertThat(session.sentences())
                .contains("files.example by 3 different routes")
                .contains("an unknown protocol on a web port, web, web on another port");
        assertThat(session.found.getFirst().finding().evidence()).hasSize(3);
    }

    @Test
    void itsAddressIsTheSameGoal() {
        session.to("files.example", 443, "tls").at("203.0.113.9").denied();
        session.to("203.0.113.9", 443, "tls-unnamed").denied();
        session.to("203.0.113.9", 22, "unknown").denied();
        assertThat(session.suspending()).containsExactly("three-routes");
    }

    @Test
    void whatClientLibrariesChooseIsOneRoute() {
        for (String route : new String[] {"transparent", "connect", "forward"}) {
            session.to("files.example", 443, "tls").by(route).denied();
            session.to("files.example", 80, "http").by(route).denied();
            session.to("files.example", 443, "websocket").by(route).denied();
            session.to("files.example", 443, "silent").by(route).denied();
        }
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void retriesNeverCount() {
        for (int i = 0; i < 500; i++) {
            session.seconds(1).to("files.example", 443, "tls").denied();
            session.to("files.example", 8443, "tls").denied();
        }
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void differentHostsAreDifferentGoals() {
        session.to("a.example", 443, "tls").denied();
        session.to("b.example", 8443, "tls").denied();
        session.to("c.example", 443, "unknown").denied();
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void clientTelemetryNeverCounts() {
        session.to("t.example", 443, "tls").denied(Observation.CLIENT_TELEMETRY);
        session.to("t.example", 8443, "tls").denied(Observation.CLIENT_TELEMETRY);
        session.to("t.example", 443, "unknown").denied(Observation.CLIENT_TELEMETRY);
        session.to("t.example", 443, "socks").denied(Observation.CLIENT_TELEMETRY);
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void allowedAttemptsNeverCount() {
        session.to("files.example", 443, "tls").allowed();
        session.to("files.example", 8443, "tls").allowed();
        session.to("files.example", 443, "unknown").denied();
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void theServicesOfADevelopmentHostAreNotRoutes() {
        session.to("dev.internal", 443, "tls").denied();
        session.to("dev.internal", 9200, "http").denied();
        session.to("dev.internal", 5601, "http").denied();
        session.to("dev.internal", 5432, "unknown").denied();
        session.to("dev.internal", 6379, "unknown").denied();
        session.to("dev.internal", 9092, "unknown").denied();
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void cloningFromADeniedForgeByEveryUsualMeansDoesNotSuspend() {
        session.to("forge.example", 443, "tls").by("connect").denied();
        session.exec("/usr/bin/ssh", "git@forge.example", "git-upload-pack 'a'");
        session.to("forge.example", 22, "ssh").denied();
        session.to("forge.example", 80, "http").by("forward").denied();
        session.to("forge.example", 9418, "unknown").denied();
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void routesOfLongAgoAreForgotten() {
        session.to("files.example", 443, "tls").denied();
        session.after(Duration.ofMinutes(16)).to("files.example", 8443, "tls").denied();
        session.to("files.example", 443, "unknown").denied();
        assertThat(session.rules()).isEmpty();
    }
}
