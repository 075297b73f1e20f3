package rein.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rein.vocabulary.Severity;

class SshTunnelTest {
    private final Session session = new Session();

    @ParameterizedTest
    @CsvSource({
        "203.0.113.10, 22, transparent",
        "203.0.113.10, 443, transparent",
        "host.example, 443, transparent",
        "host.example, 22, connect",
        "host.example, 22, forward",
        "2001:db8::1, 22, transparent"
    })
    void sshOutOfPlaceSuspends(String host, int port, String route) {
        session.to(host, port, "ssh").by(route).denied();
        assertThat(session.suspending()).containsExactly("ssh-tunnel-attempt");
    }

    @Test
    void saysWhereTo() {
        session.to("203.0.113.10", 443, "ssh").denied();
        assertThat(session.sentences())
                .isEqualTo("Tried to open an SSH tunnel to 203.0.113.10:443.");
        assertThat(session.found.getFirst().finding().techniques().toString())
                .contains("ATT&CK 19.1 T1572", "OWASP-ASI 2026 ASI10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/ssh -N -R 1:h:2 host.example",
                "/usr/bin/ssh -fNL 1:h:2 host.example",
                "/usr/bin/ssh -D 1080 host.example",
                "/usr/bin/ssh -w 0:0 host.example",
                "/usr/bin/ssh -o RemoteForward=x host.example",
                "/usr/bin/autossh -M 0 -N -R 1:h:2 host.example",
                "/project/updater -N -R 1:h:2 host.example",
                "/opt/chisel client host.example R:1:h:2",
                "/usr/bin/python3 /usr/bin/sshuttle -r host.example 0/0",
            })
    void aTunnelCommandBesideSshSuspendsInEitherOrder(String line) {
        String[] words = line.split(" ");
        String[] arguments = List.of(words).subList(1, words.length).toArray(new String[0]);

        boolean writable = words[0].startsWith("/project/");

        session.show(session.exec(writable, words[0], arguments))
                .seconds(1)
                .to("host.example", 22, "ssh")
                .denied();
        assertThat(session.suspending()).contains("ssh-tunnel-attempt");

        Session reversed = new Session();
        reversed.to("host.example", 22, "ssh").denied().seconds(1);
        reversed.show(reversed.exec(writable, words[0], arguments));
        assertThat(reversed.suspending()).contains("ssh-tunnel-attempt");
        assertThat(reversed.rules()).startsWith("ssh-denied");
    }

    @Test
    void aRecordThatComesInLateIsJoinedByWhenItHappened() {
        session.to("host.example", 22, "ssh").denied();
        session.seconds(20).to("registry.example", 443, "tls").allowed();
        session.seconds(-19).exec("/usr/bin/ssh", "-N", "-R", "1:h:2", "host.example");
        assertThat(session.suspending()).containsExactly("ssh-tunnel-attempt");
    }

    @Test
    void aTunnelCommandLongBeforeIsNoEvidence() {
        session.exec("/usr/bin/ssh", "-N", "-R", "1:h:2", "host.example");
        session.seconds(11).to("host.example", 22, "ssh").denied();
        assertThat(session.suspending()).isEmpty();
        assertThat(session.rules()).containsExactly("tunnel-command", "ssh-denied");
    }

    @Test
    void gitOverSshIsLowAndNotATunnel() {
        session.exec("/usr/bin/git", "fetch");
        session.exec("/usr/bin/ssh", "git@forge.example", "git-upload-pack 'a/b.git'");
        session.to("forge.example", 22, "ssh").denied();
        assertThat(session.rules()).containsExactly("ssh-denied");
        assertThat(session.worst()).isEqualTo(Severity.LOW);
    }

    @Test
    void gitOverSshOnTheForgesOwnPortIsLowToo() {
        session.exec("/usr/bin/ssh", "-p", "29418", "alice@forge.example", "git-upload-pack 'a'");
        session.to("forge.example", 29418, "ssh").denied();
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void gitIsNoCoverForAnotherHostOrAForwarding() {
        session.exec("/usr/bin/ssh", "git@forge.example", "git-upload-pack 'a'");
        session.to("other.example", 443, "ssh").denied();
        assertThat(session.suspending()).containsExactly("ssh-tunnel-attempt");

        Session forwarding = new Session();
        forwarding.exec("/usr/bin/ssh", "-R", "1:h:2", "git@forge.example", "git-upload-pack 'a'");
        forwarding.to("forge.example", 22, "ssh").denied();
        assertThat(forwarding.suspending()).containsExactly("ssh-tunnel-attempt");
    }

    @Test
    void otherSshToANamedHostIsMediumAndDoesNotSuspend() {
        session.exec("/usr/bin/ssh", "host.example", "uptime");
        session.to("host.example", 22, "ssh").denied();
        assertThat(session.rules()).containsExactly("ssh-denied");
        assertThat(session.worst()).isEqualTo(Severity.MEDIUM);
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void permittedSshIsNothingUnlessItLetsTheFarSideIn() {
        session.to("bastion.example", 2222, "ssh").allowed();
        assertThat(session.rules()).isEmpty();
        session.seconds(60).exec("/usr/bin/ssh", "-L", "5432:db:5432", "bastion.example");
        session.to("bastion.example", 2222, "ssh").allowed();
        assertThat(session.rules()).contains("ssh-forwarding");
        assertThat(session.suspending()).isEmpty();
        session.seconds(60).exec("/usr/bin/ssh", "-R", "1:h:2", "bastion.example");
        session.to("bastion.example", 2222, "ssh").allowed();
        assertThat(session.suspending()).containsExactly("ssh-tunnel-attempt");
    }

    @Test
    void theFirstPacketIsTheOnsetAlsoWhenACommandCameFirst() {
        session.exec("/usr/bin/ssh", "-N", "-R", "1:h:2", "host.example");
        session.after(Duration.ofMillis(1500)).to("host.example", 22, "ssh").denied();
        Detection last = session.found.getLast();
        assertThat(last.packet()).isTrue();
        assertThat(last.onsetNanos()).isEqualTo(Duration.ofHours(1).plusMillis(1500).toNanos());
        assertThat(last.finding().evidence()).hasSize(2);
    }
}
