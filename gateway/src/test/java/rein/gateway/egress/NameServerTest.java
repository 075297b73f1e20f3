package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.gateway.RunLedger;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

final class NameServerTest {
    private final Lab.Context context = new Lab.Context(1);
    private final rein.testkit.SimulatedTime time = new rein.testkit.SimulatedTime();
    private final rein.testkit.MemoryRecorder recorder = new rein.testkit.MemoryRecorder(time, 1);
    private final RunLedger ledger = new RunLedger(new rein.testkit.SimulatedTime());
    private final SyntheticNames names = new SyntheticNames();
    private final NameServer server;

    NameServerTest() throws java.io.IOException {
        server =
                new NameServer(
                        java.nio.channels.DatagramChannel.open(), names, context, ledger, recorder);
    }

    static ByteBuffer query(int id, String name, int type) {
        ByteBuffer query = ByteBuffer.allocate(512);
        query.putShort((short) id).putShort((short) 0x0100).putShort((short) 1);
        query.putShort((short) 0).putInt(0);
        if (!name.isEmpty()) {
            for (String label : name.split("\\.", -1)) {
                byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
                query.put((byte) bytes.length).put(bytes);
            }
        }
        return query.put((byte) 0).putShort((short) type).putShort((short) 1).flip();
    }

    private ByteBuffer ask(String name, int type) {
        return server.answer(query(7, name, type)).orElseThrow();
    }

    static int code(ByteBuffer answer) {
        return answer.getShort(2) & 0xf;
    }

    static Optional<InetAddress> address(ByteBuffer answer) {
        if (answer.getShort(6) == 0) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        answer.get(answer.limit() - 4, bytes);
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException notFourBytes) {
            throw new IllegalStateException(notFourBytes);
        }
    }

    @Test
    void aNameHasOneAddressThatStandsForIt() {
        ByteBuffer answer = ask("Api.Example.TEST", DnsQuery.A);
        InetAddress address = address(answer).orElseThrow();
        assertThat(answer.getShort(0)).isEqualTo((short) 7);
        assertThat(answer.getShort(2) & 0x8180).isEqualTo(0x8180);
        assertThat(SyntheticNames.isSynthetic(address)).isTrue();
        assertThat(names.nameOf(address)).contains("api.example.test");
        assertThat(address(ask("api.example.test", DnsQuery.A))).contains(address);
        assertThat(address(ask("other.test", DnsQuery.A))).isPresent().get().isNotEqualTo(address);
        assertThat(lookups()).hasSize(2);
    }

    @Test
    void ipv6HasNoDataAndOtherTypesAreRefused() {
        ByteBuffer answer = ask("a.test", DnsQuery.AAAA);
        assertThat(code(answer)).isEqualTo(DnsQuery.NO_ERROR);
        assertThat(address(answer)).isEmpty();
        for (int type : new int[] {2, 5, 10, 12, 15, 16, 33, 65, 255}) {
            assertThat(code(ask("a.test", type))).as("type %d", type).isEqualTo(DnsQuery.REFUSED);
        }
    }

    @Test
    void signsOfATunnelAreRecordedWithTheReason() {
        ask("x.a.test", 16);
        ask("x.a.test", 10);
        ask("a".repeat(50) + ".a.test", DnsQuery.A);
        ask("aaaaaln/aa.=auth.t.evil-zone.test", 16);
        ask("a=b.test", DnsQuery.A);
        ask("fine.test", DnsQuery.A);
        ask("_http._tcp.mirror.test", 33);
        assertThat(lookups().stream().map(e -> e.draft().detail().getOrDefault("suspicious", "")))
                .containsExactly(
                        "type-txt",
                        "type-null",
                        "long-label",
                        "type-txt",
                        "not-a-host-name",
                        "",
                        "");
    }

    @Test
    void manyNamesUnderOneParentAreATunnel() {
        for (int i = 0; i < TunnelSigns.SUBDOMAINS_MAX + 1; i++) {
            ask("d" + i + ".t.evil.test", DnsQuery.A);
        }
        List<String> signs =
                lookups().stream()
                        .map(e -> e.draft().detail().getOrDefault("suspicious", ""))
                        .toList();
        assertThat(signs.getLast()).isEqualTo("many-subdomains");
        assertThat(signs.subList(0, TunnelSigns.SUBDOMAINS_MAX)).containsOnly("");
    }

    @Test
    void lookupsBeyondTheBoundAreAnsweredAndCounted() {
        for (int i = 0; i < NameServer.RECORDED_MAX + 25; i++) {
            ask("n" + i + ".test", DnsQuery.A);
        }
        assertThat(lookups()).hasSize(NameServer.RECORDED_MAX);
        assertThat(ledger.counter(RunLedger.NAME_LOOKUPS_UNRECORDED)).isEqualTo(25);
    }

    @Test
    void aLookupThatCannotBeRecordedIsNotAnswered() {
        recorder.refuseNext(RecordRefusedException.Code.DISK_FULL);
        assertThat(code(ask("a.test", DnsQuery.A))).isEqualTo(DnsQuery.SERVER_FAILURE);
        assertThat(code(ask("a.test", DnsQuery.A))).isEqualTo(DnsQuery.NO_ERROR);
    }

    @Test
    void theOldestNameIsForgottenAndItsAddressIsNotSoonAnothers() {
        InetAddress first = names.addressOf("first.test");
        InetAddress kept = names.addressOf("kept.test");
        for (int i = 0; i < SyntheticNames.NAMES_MAX - 1; i++) {
            names.addressOf("n" + i + ".test");
            assertThat(names.nameOf(kept)).contains("kept.test");
        }
        assertThat(names.nameOf(first)).isEmpty();
        assertThat(names.addressOf("first.test")).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void garbageIsAnsweredWithAnErrorOrNotAtAll(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            ByteBuffer query = query(round, "a.b.c.test", DnsQuery.A);
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                query.put(random.nextInt(query.limit()), (byte) random.nextInt(256));
            }
            query.limit(random.nextInt(query.limit() + 1));
            server.answer(query)
                    .ifPresent(answer ->
                            assertThat(answer.getShort(2) & 0x8000)
                                    .as("seed %d round %d", seed, 1)
                                    .isEqualTo(0x8000));
        }
    }

    private List<Entry> lookups() {
        return recorder.entries().stream()
                .filter(entry -> entry.draft().kind() == Kind.NAME_LOOKUP)
                .toList();
    }
}
