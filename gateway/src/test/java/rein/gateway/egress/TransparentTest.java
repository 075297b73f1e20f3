package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import rein.gateway.Refusals;
import rein.gateway.RunLedger;
import rein.vocabulary.Cut;
import rein.vocabulary.Decision;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.StopOrder;

final class TransparentTest {
    private static final String BANNER = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
    private final Lab lab = new Lab();

    TransparentTest() throws IOException {}

    @AfterEach
    void close() {
        lab.close();
    }

    private Upstream echo() throws IOException {
        return lab.closing(Upstream.echo());
    }

    @Test
    void sshIsRefusedBeforeAnyPacketLeavesAndSaysWhy() throws IOException {
        Upstream evil = echo();
        lab.host("evil.test");
        String answer = lab.connect("evil.test", evil.port()).send(BANNER).readToEnd();

        assertThat(evil.connections()).isZero();
        assertThat(answer).startsWith("SSH-2.0-Rein\r\n");
        ByteBuffer packet = ByteBuffer.wrap(answer.substring(14).getBytes(ISO_8859_1));
        int length = packet.getInt();
        int padding = packet.get();
        assertThat(length).isEqualTo(packet.remaining() + 1);
        assertThat((length + 4) % 8).isZero();
        assertThat(padding).isBetween(4, 255);
        assertThat(packet.get()).as("SSH_MSG_DISCONNECT").isEqualTo((byte) 1);
        assertThat(packet.getInt()).as("host not allowed to connect").isEqualTo(1);
        byte[] text = new byte[packet.getInt()];
        packet.get(text);
        assertThat(new String(text, ISO_8859_1))
                .contains("No policy permits evil.test/ssh")
                .contains("Write a policy.");

        assertThat(lab.lastDecision())
                .containsEntry("host", "evil.test")
                .containsEntry("protocol", "ssh")
                .containsEntry("route", "transparent")
                .containsEntry("named", "true")
                .doesNotContainKey("address");
        Entry record = lab.records(Kind.DECISION, 1).getFirst();
        assertThat(record.draft().content().get("first-bytes")).startsWith("SSH-2.0-OpenSSH");
        assertThat(record.draft().snapshot()).isEqualTo(42);
        assertThat(lab.run.ledger().counter(RunLedger.DENIALS)).isEqualTo(1);
    }

    @Test
    void minersAreToldInTheirOwnProtocol() throws IOException {
        Upstream pool = echo();
        lab.host("pool.test");
        Lab.Peer miner = lab.connect("pool.test", pool.port());
        miner.send("{\"id\": 1, \"method\": \"mining.sub");
        Lab.pause();
        String answer = miner.send("scribe\", \"params\": []}\n").readToEnd();
        assertThat(answer).startsWith("{\"id\":1,\"result\":null,\"error\":").endsWith("}\n");
        assertThat(pool.connections()).isZero();
        assertThat(lab.lastDecision()).containsEntry("protocol", "stratum");
    }

    @Test
    void tlsOfThePermittedNamePassesByteForByte() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/tls");
        byte[] hello = Hellos.naming("api.test");
        Lab.Peer agent = lab.connect("api.test", api.port()).send(hello);
        assertThat(agent.read(hello.length)).isEqualTo(new String(hello, ISO_8859_1));
        agent.socket.shutdownOutput();
        assertThat(agent.readToEnd()).isEmpty();

        Entry flow = lab.records(Kind.FLOW, 1).getFirst();
        Entry decision = lab.records(Kind.DECISION, 1).getFirst();
        assertThat(flow.draft().cause()).contains(decision.stamp().id());
        assertThat(flow.draft().sizes())
                .containsEntry("sent-bytes", (long) hello.length)
                .containsEntry("received-bytes", (long) hello.length);
        assertThat(decision.draft().detail())
                .containsEntry("sni", "api.test")
                .containsEntry("alpn", "h2,http/1.1")
                .containsEntry("ech", "false")
                .containsEntry("address", "127.0.0.1")
                .containsEntry("address-class", "loopback")
                .containsEntry("resolved-by", "hosts");
        assertThat(decision.draft().content())
                .containsExactly(Map.entry("asked", "ALLOW Host::\"api.test\""));
        assertThat(lab.run.ledger().counter(RunLedger.SENT_BYTES)).isEqualTo(hello.length);
    }

    @Test
    void aHandshakeForAnotherNameIsRefusedThoughBothArePermitted() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/tls", "other.test/tls", "api.test/tls-unnamed");
        String alert = new String(new byte[] {21, 3, 3, 0, 2, 2, 49}, ISO_8859_1);
        for (byte[] hello : List.of(Hellos.naming("other.test"), Hellos.unnamed())) {
            assertThat(lab.connect("api.test", api.port()).send(hello).readToEnd())
                    .isEqualTo(alert);
            assertThat(lab.lastCode()).isEqualTo(Refusals.SNI_MISMATCH);
        }
        assertThat(api.connections()).isZero();
    }

    @Test
    void anAddressThatWasNotLookedUpIsAnUnnamedHost() throws IOException {
        Upstream api = echo();
        InetSocketAddress raw = new InetSocketAddress(Lab.LOOPBACK, api.port());
        lab.connect(raw).send(Hellos.unnamed()).readToEnd();
        assertThat(lab.lastDecision())
                .containsEntry("host", "127.0.0.1")
                .containsEntry("named", "false")
                .containsEntry("protocol", "tls-unnamed");
        lab.allow("127.0.0.1/tls-unnamed");
        byte[] hello = Hellos.unnamed();
        assertThat(lab.connect(raw).send(hello).read(hello.length)).hasSize(hello.length);
        assertThat(lab.lastDecision()).containsEntry("resolved-by", "literal");
    }

    @Test
    void anAddressThatStandsForNoNameIsRefused() throws IOException {
        InetAddress guessed = InetAddress.ofLiteral("198.19.77.77");
        lab.allow("198.19.77.77/tls-unnamed");
        lab.connect(new InetSocketAddress(guessed, 443)).send(Hellos.unnamed()).readToEnd();
        assertThat(lab.lastCode()).isEqualTo(Refusals.NAME_FORGOTTEN);
    }

    @Test
    void theDoorsOwnListenerIsNeverReached() throws IOException {
        InetSocketAddress proxy = (InetSocketAddress) lab.listeners.proxy().getLocalAddress();
        lab.host("rein.test");
        lab.allow("rein.test/ssh");
        lab.connect("rein.test", proxy.getPort()).send(BANNER).readToEnd();
        assertThat(lab.lastCode()).isEqualTo(Refusals.OWN_LISTENER);
    }

    @Test
    void tcpDnsAndOtherUnknownProtocolsAreRefused() throws IOException {
        InetSocketAddress dns = new InetSocketAddress(InetAddress.ofLiteral("8.8.8.8"), 53);
        assertThat(lab.connect(dns).send("\0\37\22\64\1\0\0\1").readToEnd()).isEmpty();
        assertThat(lab.lastDecision()).containsEntry("protocol", "unknown");
        assertThat(lab.connect(dns).send(new byte[] {5, 1, 0}).readToEnd())
                .isEqualTo(new String(new byte[] {5, -1}, ISO_8859_1));
        assertThat(lab.lastDecision()).containsEntry("protocol", "socks");
    }

    @Test
    void aSilentClientIsDecidedAsSilentAndTheUpstreamsBannerAsWhatItIs() throws IOException {
        Upstream mail =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.send("220 mail.test ready\r\n");
                            peer.readUntil("\n");
                            peer.send("250 hello\r\n");
                        }));
        Upstream ssh = lab.closing(Upstream.talking(peer -> peer.send(BANNER).readToEnd()));
        lab.host("mail.test");
        lab.host("ssh.test");
        lab.allow("mail.test/silent", "ssh.test/silent");
        Lab.Peer agent = lab.connect("mail.test", mail.port());
        Lab.Peer tunnel = lab.connect("ssh.test", ssh.port());
        assertThat(agent.readUntil("\n")).isEqualTo("220 mail.test ready\r\n");
        assertThat(agent.send("EHLO a.test\r\n").readUntil("\n")).isEqualTo("250 hello\r\n");

        assertThatThrownBy(
                        () -> {
                            if (tunnel.read(1).isEmpty()) {
                                throw new IOException("closed");
                            }
                        })
                .isInstanceOf(IOException.class);
        assertThat(lab.records(Kind.DECISION, 3))
                .anySatisfy(entry -> {
                    assertThat(entry.draft().detail())
                            .containsEntry("host", "ssh.test")
                            .containsEntry("protocol", "ssh");
                    assertThat(entry.draft().decision().orElseThrow().allowed()).isFalse();
                });
    }

    @Test
    void halfAnOpeningIsNoWayAroundAProtocolsPolicy() throws IOException {
        Upstream pool = echo();
        lab.host("pool.test");
        lab.allow("pool.test/unknown", "pool.test/silent");
        for (String half : List.of("S", "GE", "{\"id\":")) {
            Lab.Peer agent = lab.connect("pool.test", pool.port());
            assertThat(agent.send(half).readToEnd()).as(half).isEmpty();
        }
        assertThat(pool.connections()).isZero();
        assertThat(lab.connect("pool.test", pool.port()).send("\0one").read(4)).isEqualTo("\0one");
    }

    @Test
    void anUpstreamThatAnswersAsSshIsDecidedOnAsSsh() throws IOException {
        Upstream ssh =
                lab.closing(
                        Upstream.talking(peer -> {
                            peer.readUntil("\n");
                            peer.send(BANNER);
                        }));
        lab.host("ssh.test");
        lab.allow("ssh.test/unknown");
        Lab.Peer agent = lab.connect("ssh.test", ssh.port()).send("\0hello\n");
        assertThatThrownBy(
                        () -> {
                            if (agent.read(1).isEmpty()) {
                                throw new IOException("closed");
                            }
                        })
                .isInstanceOf(IOException.class);
        assertThat(lab.lastDecision()).containsEntry("protocol", "ssh");
    }

    @Test
    void nothingPassesUnrecorded() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        InetSocketAddress at = new InetSocketAddress(lab.lookUp("api.test"), api.port());
        lab.recorder.refuseNext(RecordRefusedException.Code.DISK_FULL);
        assertThat(lab.connect(at).send(BANNER).readToEnd()).contains("audit log did not take");
        assertThat(api.connections()).isZero();
        assertThat(lab.connect(at).send(BANNER).read(BANNER.length())).isEqualTo(BANNER);
    }

    @Test
    void whileTheLogRefusesTheDoorGoesOnDenyingAndSaysSoAtTheEnd() throws IOException {
        lab.host("evil.test");
        InetSocketAddress at = new InetSocketAddress(lab.lookUp("evil.test"), 22);
        lab.recorder.refuseNext(RecordRefusedException.Code.DISK_FULL);
        assertThat(lab.connect(at).send(BANNER).readToEnd()).contains("No policy permits");
        assertThat(lab.connect(at).send(BANNER).readToEnd()).contains("No policy permits");
        lab.door.close(lab.context.run().id());
        assertThat(lab.records(Kind.DECISION, 1).getFirst().draft().sizes())
                .as("both are counted in the summary")
                .containsEntry("repeats", 2L);
        assertThat(lab.records(Kind.LOSS, 1).getFirst().draft().sizes())
                .containsEntry(RunLedger.RECORDS_REFUSED, 1L)
                .containsEntry("denials-unrecorded", 0L);
    }

    @Test
    void anErrorIsADenial() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        InetSocketAddress at = new InetSocketAddress(lab.lookUp("api.test"), api.port());
        lab.context.broken = true;
        assertThat(lab.connect(at).send(BANNER).readToEnd()).contains("internal error");
        assertThat(lab.lastCode()).isEqualTo(Refusals.DOOR_ERROR);
        assertThat(api.connections()).isZero();
    }

    @Test
    void aDenialForTheWholeRunIsFirst() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        lab.context.standing =
                Optional.of(Decision.deny("run-stopped", "This run is stopped.", "Ask alice."));
        assertThat(lab.connect("api.test", api.port()).send(BANNER).readToEnd())
                .contains("This run is stopped. Ask alice.");
        assertThat(lab.lastCode()).isEqualTo("run-stopped");
        assertThat(lab.run.ledger().counter(RunLedger.DENIED_GOALS)).isZero();
        assertThat(api.connections()).isZero();
    }

    private static StopOrder order(StopOrder.Scope scope) {
        return new StopOrder(
                new UUID(1, 1),
                scope,
                StopOrder.Mode.SUSPEND,
                "test",
                "alice",
                1,
                Instant.parse("2026-11-01T08:00:00Z"),
                Optional.empty());
    }

    @Test
    void aStopCutsLiveFlowsBeforeItReturns() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        Lab.Peer agent = lab.connect("api.test", api.port()).send(BANNER);
        assertThat(agent.read(BANNER.length())).isEqualTo(BANNER);

        assertThat(lab.door.cut(order(new StopOrder.Scope.OfAgent("somebody-else")))).isEmpty();
        assertThat(lab.door.cut(order(new StopOrder.Scope.OfOwner("alice"))))
                .singleElement()
                .satisfies((Cut cut) -> {
                    assertThat(cut.run()).isEqualTo(lab.context.run().id());
                    assertThat(cut.what()).isEqualTo("flows-cut");
                    assertThat(cut.count()).isEqualTo(1);
                    assertThat(cut.left()).isZero();
                });
        assertThat(api.ended()).isTrue();
        assertThatThrownBy(() -> agent.send("x").read(1)).isInstanceOf(IOException.class);
        assertThat(lab.records(Kind.FLOW, 1).getFirst().draft().detail())
                .containsEntry("end", "cut")
                .containsEntry("address", "127.0.0.1");
        assertThat(lab.door.cut(order(new StopOrder.Scope.Fleet())))
                .singleElement()
                .extracting(Cut::count)
                .isEqualTo(0L);
    }

    @Test
    void aConnectionThatHasNotSpokenIsCutToo() throws IOException {
        Lab.Peer agent = lab.connect(new InetSocketAddress(InetAddress.ofLiteral("8.8.8.8"), 443));
        while (lab.run.live() == 0) {
            Lab.pause();
        }
        assertThat(lab.door.cut(order(new StopOrder.Scope.Fleet())))
                .singleElement()
                .extracting(Cut::count)
                .isEqualTo(1L);
        assertThatThrownBy(() -> agent.send("x").send("y").read(1)).isInstanceOf(IOException.class);
    }

    @Test
    void aFlowThatPolicyNoLongerAllowsIsCut() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        Lab.Peer agent = lab.connect("api.test", api.port()).send(BANNER);
        assertThat(agent.read(BANNER.length())).isEqualTo(BANNER);
        assertThat(lab.door.recheck()).isZero();
        lab.allowed.clear();
        assertThat(lab.door.recheck()).isEqualTo(1);
        assertThat(api.ended()).isTrue();
        assertThat(lab.lastCode()).isEqualTo("not-permitted");
    }

    @Test
    void theSameDenialAgainIsEnforcedAndCounted() throws IOException {
        Upstream evil = echo();
        lab.host("evil.test");
        InetSocketAddress at = new InetSocketAddress(lab.lookUp("evil.test"), evil.port());
        for (int i = 0; i < 5; i++) {
            assertThat(lab.connect(at).send(BANNER).readToEnd()).contains("No policy permits");
        }
        lab.connect(at).send("GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n").readResponse();
        assertThat(lab.records(Kind.DECISION, 2)).hasSize(2);
        lab.time.advance(Duration.ofMinutes(2));
        List<Entry> records = lab.records(Kind.DECISION, 3);
        assertThat(records.getLast().draft().sizes()).containsEntry("repeats", 4L);
        assertThat(records.getLast().draft().cause()).contains(records.getFirst().stamp().id());
        assertThat(lab.run.ledger().counter(RunLedger.DENIALS)).isEqualTo(6);
        assertThat(evil.connections()).isZero();
    }

    @Test
    void aGoalDeniedByThreeRoutesIsCounted() throws IOException {
        lab.host("evil.test");
        InetAddress at = lab.lookUp("evil.test");
        lab.connect(new InetSocketAddress(at, 22)).send(BANNER).readToEnd();
        lab.connect(new InetSocketAddress(at, 443)).send(BANNER).readToEnd();
        lab.proxy()
                .send("CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n")
                .readResponse();
        assertThat(lab.records(Kind.DECISION, 3).getLast().draft().sizes())
                .containsEntry("goal-routes", 3L);
    }

    @Test
    void anIdleFlowIsClosed() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        Lab.Peer agent = lab.connect("api.test", api.port()).send(BANNER);
        assertThat(agent.read(BANNER.length())).isEqualTo(BANNER);
        while (lab.run.live() > 0) {
            lab.time.advance(Duration.ofSeconds(Limits.IDLE_SECONDS_MAX + 1));
            Lab.pause();
        }
        assertThat(lab.records(Kind.FLOW, 1).getFirst().draft().detail())
                .containsEntry("end", "idle");
    }

    @Test
    void moreConnectionsThanARunMayHaveAreRefusedAndCounted() throws IOException {
        InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral("8.8.8.8"), 22);
        for (int i = 0; i <= Limits.CONNECTIONS_PER_RUN_MAX; i++) {
            lab.connect(at).send("SS");
        }
        // On a slow machine the first ones fall silent, and are denied, before the last one comes.
        while (lab.records(Kind.DECISION, 1).stream()
                .noneMatch(entry ->
                        entry.draft()
                                .decision()
                                .orElseThrow()
                                .reasons()
                                .getFirst()
                                .code()
                                .equals(Refusals.TOO_MANY_CONNECTIONS))) {
            Lab.pause();
        }
        assertThat(lab.run.ledger().counter(RunLedger.CONNECTIONS_REFUSED)).isEqualTo(1);
    }

    @Test
    void anUpstreamThatDoesNotAnswerIsTold() throws IOException {
        int nobody;
        try (ServerSocket gone = new ServerSocket(0, 1, Lab.LOOPBACK)) {
            nobody = gone.getLocalPort();
        }
        lab.host("api.test");
        lab.allow("api.test/ssh");
        assertThat(lab.connect("api.test", nobody).send(BANNER).readToEnd()).isEmpty();
        assertThat(lab.records(Kind.FLOW, 1).getFirst().draft().detail())
                .containsEntry("end", "unreachable");
    }

    @Test
    void closingTheRunEndsEverything() throws IOException {
        Upstream api = echo();
        lab.host("api.test");
        lab.allow("api.test/ssh");
        Lab.Peer agent = lab.connect("api.test", api.port()).send(BANNER);
        assertThat(agent.read(BANNER.length())).isEqualTo(BANNER);
        lab.door.close(lab.context.run().id());
        assertThat(lab.run.live()).isZero();
        assertThat(lab.listeners.redirected().isOpen()).isFalse();
        assertThat(lab.recorder.entries().getLast().draft().kind()).isEqualTo(Kind.FLOW);
    }
}
