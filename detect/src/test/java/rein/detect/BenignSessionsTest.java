package rein.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Severity;

/** Work as it is done every day: nothing suspends, and hardly anything is said. */
class BenignSessionsTest {
    private final Session session = new Session();

    @AfterEach
    void nothingSuspends() {
        assertThat(session.suspending()).isEmpty();
        assertThat(session.worst()).isLessThanOrEqualTo(Severity.LOW);
        assertThat(session.detection.counts().failed()).isZero();
    }

    @Test
    void git() {
        session.exec("/usr/bin/git", "fetch", "origin");
        session.exec(
                "/usr/bin/ssh",
                "-o",
                "SendEnv=GIT_PROTOCOL",
                "git@forge.example",
                "git-upload-pack 'a/b.git'");
        session.to("forge.example", 22, "ssh").allowed();
        session.exec("/usr/lib/git-core/git-remote-https", "origin", "https://forge.example/a");
        session.to("forge.example", 443, "tls").by("connect").allowed();
        session.to("forge.example", 443, "tls").denied();
        session.exec("/usr/bin/ssh", "git@forge.example", "git-receive-pack 'a/b.git'");
        session.to("forge.example", 22, "ssh").denied();
    }

    @Test
    void npm() {
        session.exec("/usr/bin/npm", "install");
        for (int i = 0; i < 40; i++) {
            session.to("registry.example", 443, "tls").by("connect").allowed();
            session.execWritable("/project/node_modules/.bin/node-gyp", "rebuild");
            session.to("cdn" + i + ".example", 443, "tls").denied();
        }
        session.exec("/bin/sh", "-c", "node scripts/postinstall.js");
        session.to("telemetry.example", 443, "tls").denied(Observation.CLIENT_TELEMETRY);
        session.to("telemetry.example", 80, "http").denied(Observation.CLIENT_TELEMETRY);
    }

    @Test
    void maven() {
        session.execWritable("/project/mvnw", "-B", "verify");
        for (int i = 0; i < 100; i++) {
            session.to("repo.example", 443, "tls").allowed();
        }
        session.execWritable("/project/target/app/bin/run");
        session.to("127.0.0.1", 5432, "unknown").in("loopback").denied();
        session.to("snapshots.example", 443, "tls").denied();
        session.to("snapshots.example", 80, "http").denied();
    }

    @Test
    void curl() {
        for (String route : List.of("transparent", "connect", "forward")) {
            session.exec("/usr/bin/curl", "-fsSL", "https://install.example/x.sh");
            session.to("install.example", 443, "tls").by(route).denied();
            session.to("install.example", 80, "http").by(route).denied();
        }
    }

    @Test
    void sshVersionAndKeys() {
        session.exec("/usr/bin/ssh", "-V");
        session.exec("/usr/bin/ssh-keygen", "-R", "host.example");
        session.exec("/usr/bin/ssh", "-G", "host.example");
        session.exec("/usr/bin/ssh-add", "-L");
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void kubectl() {
        session.exec("/usr/bin/kubectl", "port-forward", "svc/db", "5432:5432");
        session.to("10.96.0.1", 6443, "tls").in("private").denied();
        session.to("10.96.0.1", 443, "tls-unnamed").in("private").denied();
        session.to("k8s.internal", 6443, "tls").denied();
    }

    @Test
    void aCloudClient() {
        session.exec("/usr/bin/aws", "s3", "ls");
        for (int i = 0; i < 3; i++) {
            session.to("169.254.169.254", 80, "http").in("metadata").denied();
            session.to("169.254.170.2", 80, "http").in("metadata").denied();
        }
    }

    @Test
    void aBrowserTest() {
        for (int i = 0; i < 80; i++) {
            session.to("ads" + i + ".example", 443, "tls").denied();
            session.lookup("d" + i + "0123456789abcdef.cdn" + i % 30 + ".example" + i, true);
        }
    }

    @Test
    void aTestSuiteThatLooksForItsServices() {
        for (int port : new int[] {80, 443, 5432, 6379, 9092, 9200, 27017, 8080, 3306, 11211}) {
            session.to("services.internal", port, "silent").in("private").denied();
            session.to("services.internal", port, port == 8080 ? "http" : "unknown").denied();
        }
    }

    @Test
    void aGoBuild() {
        for (int i = 0; i < 200; i++) {
            session.execWritable("/tmp/go-build" + i + "/b001/pkg.test", "-test.v");
        }
        assertThat(session.rules()).isEmpty();
    }
}
