package rein.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import rein.vocabulary.Severity;

/** Rules on what the doors and the name service saw, but for SSH and routes. */
class DoorRulesTest {
    private final Session session = new Session();

    @Test
    void stratumSuspendsOnAnyPort() {
        session.to("pool.example", 443, "stratum").denied();
        assertThat(session.suspending()).containsExactly("stratum");
        assertThat(session.sentences()).contains("mining pool at pool.example:443");
    }

    @Test
    void aPolicyThatFailsIsOneFindingWhateverItMeets() {
        session.to("a.example", 443, "tls").denied("policy-error");
        session.to("b.example", 443, "tls").denied("policy-error");
        assertThat(session.rules()).containsExactly("policy-error");
        assertThat(session.worst()).isEqualTo(Severity.MEDIUM);
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void permittedStratumIsWhatPolicySays() {
        session.to("pool.example", 3333, "stratum").allowed();
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void theSweepOfASlash28IsFoundAndDoesNotSuspend() {
        for (int host = 1; host <= 14; host++) {
            session.to("10.0.0." + host, 22, "silent").in("private").denied();
        }
        assertThat(session.rules()).contains("sweep");
        assertThat(session.worst()).isEqualTo(Severity.HIGH);
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void aPortScanIsASweepAndNotManyRoutes() {
        for (int port = 1; port <= 15; port++) {
            session.to("203.0.113.10", port, "silent").denied();
        }
        assertThat(session.rules()).containsExactly("sweep");
        assertThat(session.sentences()).contains("15 ports of one host");
    }

    @Test
    void fewerOrSlowerOrAllowedIsNoSweep() {
        for (int port = 1; port <= 14; port++) {
            session.to("203.0.113.10", port, "silent").denied();
        }
        for (int host = 1; host <= 60; host++) {
            session.seconds(7).to("203.0.113." + host, 443, "silent").denied();
        }
        for (int host = 1; host <= 60; host++) {
            session.to("198.51.100." + host, 443, "tls").allowed();
        }
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void aWebPagesHostsAreNoSweep() {
        for (int host = 1; host <= 60; host++) {
            session.to("cdn" + host + ".example", 443, "tls").denied();
        }
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void repeatedProbesOfFewHostsAreNoSweep() {
        for (int round = 0; round < 100; round++) {
            session.to("203.0.113." + (round % 5), 22, "silent").denied();
        }
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void aMetadataProbeIsLowThenMediumAndNeverSuspends() {
        session.to("169.254.169.254", 80, "http").in("metadata").denied();
        assertThat(session.worst()).isEqualTo(Severity.LOW);
        for (int i = 0; i < 200; i++) {
            session.to("169.254.169.254", 80, "http").in("metadata").denied();
        }
        assertThat(session.rules()).containsExactly("metadata-probe", "metadata-probe");
        assertThat(session.worst()).isEqualTo(Severity.MEDIUM);
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void aMetadataNameIsKnownWithoutItsAddress() {
        session.to("metadata.google.internal", 80, "http").in("").denied();
        assertThat(session.rules()).containsExactly("metadata-probe");
    }

    @Test
    void aPrivateAddressIsLow() {
        session.to("10.1.2.3", 8080, "http").in("private").denied();
        session.to("127.0.0.1", 8080, "http").in("loopback").denied();
        assertThat(session.rules()).containsExactly("private-address");
        assertThat(session.worst()).isEqualTo(Severity.LOW);
    }

    @Test
    void findingsOfOneRuleAreBounded() {
        for (int i = 0; i < 5_000; i++) {
            session.to("10.1." + (i / 250) + "." + (i % 250), 22, "silent").in("private").denied();
        }
        assertThat(session.rules().stream().filter("private-address"::equals))
                .hasSize(Repeats.PER_RULE_MAX);
        assertThat(session.detection.counts().repeated()).isGreaterThan(4_000);
    }

    @Test
    void aDnsTunnelIsMedium() {
        for (int i = 0; i < 8; i++) {
            session.lookup("aaaa" + i + ".auth.t.evil-zone.test.", true);
        }
        assertThat(session.rules()).containsExactly("dns-tunnel");
        assertThat(session.sentences()).contains("evil-zone.test");
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void aFewOddNamesAreNoTunnel() {
        for (int i = 0; i < 7; i++) {
            session.lookup("0123456789abcdef" + i + ".cdn.example", true);
            session.lookup("0123456789abcdef0.other" + i + ".test", true);
            session.lookup("0123456789abcdef0.cdn2.test", true);
        }
        for (int i = 0; i < 100; i++) {
            session.lookup("host" + i + ".example", false);
        }
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void aHostNameCannotDrawOnATerminal() {
        session.to("pool\u001b[2J\n.example", 3333, "stratum").denied();
        assertThat(session.sentences()).contains("pool?[2j?.example").doesNotContain("\u001b");
    }
}
