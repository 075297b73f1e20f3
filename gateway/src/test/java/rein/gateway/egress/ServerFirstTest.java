package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import rein.gateway.Refusals;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

/** The client keeps silent and the upstream speaks first. */
final class ServerFirstTest {
    private static final String MAIL = "220 mail.test ESMTP ready\r\n";
    private static final String FTP = "220 (vsFTPd 3.0.3)\r\n";
    private final Lab lab = new Lab();

    ServerFirstTest() throws IOException {}

    @AfterEach
    void close() {
        lab.close();
    }

    /** Greets and then keeps what it is told. */
    private Upstream greeting(String name, String banner) throws IOException {
        Upstream[] self = new Upstream[1];
        self[0] =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.send(banner);
                            self[0].keep(peer.readToEnd());
                        }));
        lab.host(name);
        return self[0];
    }

    @Test
    void aPermittedProtocolPassesAndIsOneDecision() throws IOException {
        Upstream mail =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.send(MAIL);
                            peer.send("250 " + peer.readUntil("\n"));
                        }));
        lab.host("mail.test");
        lab.allow("mail.test/smtp");
        Lab.Peer agent = lab.connect("mail.test", mail.port());
        assertThat(agent.read(MAIL.length())).isEqualTo(MAIL);
        assertThat(agent.send("EHLO a.test\r\n").readToEnd()).isEqualTo("250 EHLO a.test\r\n");
        agent.close();
        assertThat(lab.lastDecision())
                .containsEntry("protocol", "smtp")
                .containsEntry("banner", "awaited");
        Entry flow = lab.records(Kind.FLOW, 1).getFirst();
        assertThat(lab.records(Kind.DECISION, 1)).hasSize(1);
        assertThat(flow.draft().sizes())
                .containsEntry("received-bytes", MAIL.length() + 17L)
                .containsEntry("sent-bytes", 13L);
        assertThat(flow.draft().cause())
                .contains(lab.records(Kind.DECISION, 1).getFirst().stamp().id());
    }

    @Test
    void anotherBannerIsDeniedBeforeAByteArrives() throws IOException {
        for (String banner : List.of(FTP, "SSH-2.0-x\r\n", "J\0\0\0\n8.0.36\0....")) {
            Upstream other = greeting("mail.test", banner);
            lab.allow("mail.test/smtp");
            assertThat(lab.connect("mail.test", other.port()).readToEnd()).isEmpty();
            assertThat(other.ended()).isTrue();
            assertThat(other.received()).isEmpty();
            assertThat(lab.lastCode()).isEqualTo("not-permitted");
        }
        assertThat(
                        lab.records(Kind.DECISION, 6).stream()
                                .filter(e -> !e.draft().decision().orElseThrow().allowed())
                                .map(e -> e.draft().detail().get("protocol")))
                .containsExactly("ftp", "ssh", "mysql");
        assertThat(lab.records(Kind.FLOW, 3))
                .allSatisfy(
                        flow -> assertThat(flow.draft().detail()).containsEntry("end", "denied"));
    }

    @Test
    void anUnknownBannerIsNeverImplied() throws IOException {
        Upstream odd = greeting("mail.test", "220 mail.test ready\r\n");
        lab.allow("mail.test/smtp", "mail.test/unknown");
        assertThat(lab.connect("mail.test", odd.port()).readToEnd()).isEmpty();
        assertThat(lab.lastCode()).isEqualTo(Refusals.BANNER_UNKNOWN);
        assertThat(lab.records(Kind.DECISION, 2).getLast().draft().content().get("first-bytes"))
                .contains("220 mail.test ready");
        lab.allow("mail.test/silent");
        assertThat(lab.connect("mail.test", odd.port()).read(21)).startsWith("220 mail.test ready");
        assertThat(lab.lastDecision()).containsEntry("protocol", "silent");
    }

    @Test
    void eachOfSeveralPermittedProtocolsIsDecidedAsItself() throws IOException {
        Upstream files = greeting("both.test", FTP);
        lab.allow("both.test/smtp", "both.test/ftp");
        assertThat(lab.connect("both.test", files.port()).read(FTP.length())).isEqualTo(FTP);
        assertThat(lab.lastDecision()).containsEntry("protocol", "ftp");
    }

    @Test
    void aJudgementThatIsNotRecordedLetsNothingPass() throws IOException {
        CountDownLatch told = new CountDownLatch(1);
        Upstream files =
                lab.closing(
                        Upstream.talking(peer -> {
                            told.await();
                            peer.send(FTP);
                        }));
        lab.host("both.test");
        lab.allow("both.test/smtp", "both.test/ftp");
        Lab.Peer agent = lab.connect("both.test", files.port());
        lab.records(Kind.DECISION, 1);
        lab.recorder.refuseNext(RecordRefusedException.Code.DISK_FULL);
        told.countDown();
        assertThat(agent.readToEnd()).isEmpty();
    }

    @Test
    void withoutSuchAPermitASilentConnectionIsNotEvenDialed() throws IOException {
        Upstream mail = greeting("mail.test", MAIL);
        lab.allow("mail.test/tls", "mail.test/http");
        assertThat(lab.connect("mail.test", mail.port()).readToEnd()).isEmpty();
        assertThat(mail.connections()).isZero();
        assertThat(lab.lastDecision()).containsEntry("protocol", "silent");
    }

    @Test
    void aClientThatSpeaksLateIsServedAsWhatItSpeaks() throws IOException {
        Upstream api = lab.closing(Upstream.echo());
        lab.host("api.test");
        lab.allow("api.test/smtp", "api.test/tls");
        byte[] hello = Hellos.naming("api.test");
        Lab.Peer agent = lab.connect("api.test", api.port());
        while (api.connections() == 0) {
            Lab.pause();
        }
        assertThat(agent.send(hello).read(hello.length)).isEqualTo(new String(hello, ISO_8859_1));
        assertThat(lab.lastDecision()).containsEntry("protocol", "tls");
        assertThat(lab.records(Kind.FLOW, 1).getFirst().draft().detail())
                .containsEntry("end", "agent-first");
        assertThat(lab.records(Kind.FLOW, 1).getFirst().draft().sizes())
                .containsEntry("sent-bytes", 0L);
    }

    @Test
    void afterTheBannerNoOtherProtocolIsOpened() throws IOException {
        Upstream mail = greeting("mail.test", MAIL);
        lab.allow("mail.test/smtp", "mail.test/tls");
        Lab.Peer agent = lab.connect("mail.test", mail.port());
        assertThat(agent.read(MAIL.length())).isEqualTo(MAIL);
        agent.send(Hellos.naming("mail.test"));
        assertThat(mail.ended()).isTrue();
        assertThat(mail.received()).isEmpty();
        assertThat(lab.lastCode()).isEqualTo(Refusals.LATE_OPENING);
    }

    @Test
    void aBannerThatNeverComesIsSaid() throws IOException {
        Upstream mute = lab.closing(Upstream.talking(peer -> peer.readToEnd()));
        lab.host("mail.test");
        lab.allow("mail.test/smtp");
        Lab.Peer agent = lab.connect("mail.test", mute.port());
        while (mute.connections() == 0) {
            Lab.pause();
        }
        while (lab.run.live() > 0) {
            // Again and again: the first time it may not have begun to wait.
            lab.time.advance(Duration.ofMillis(Limits.BANNER_MILLIS_MAX + 1));
            Lab.pause();
        }
        assertThat(agent.readToEnd()).isEmpty();
        assertThat(lab.lastCode()).isEqualTo(Refusals.BANNER_ABSENT);
    }

    @Test
    void inATunnelToo() throws IOException {
        Upstream mail = greeting("mail.test", MAIL);
        lab.allow("mail.test/smtp");
        Lab.Peer agent = lab.proxy();
        String authority = "mail.test:" + mail.port();
        assertThat(
                        agent.send("CONNECT " + authority + " HTTP/1.1\r\nHost: mail.test\r\n\r\n")
                                .readUntil("\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(agent.read(MAIL.length())).isEqualTo(MAIL);
        assertThat(lab.lastDecision()).containsEntry("route", "connect");
    }
}
