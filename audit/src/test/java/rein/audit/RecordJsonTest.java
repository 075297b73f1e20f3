package rein.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import rein.testkit.Samples;
import rein.vocabulary.Action;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Foreseen;
import rein.vocabulary.Kind;
import rein.vocabulary.LogAddress;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Reason;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;
import rein.vocabulary.Stamp;

class RecordJsonTest {
    private static final Stamp STAMP =
            new Stamp(
                    1,
                    UUID.fromString("01930000-0000-7000-8000-000000000001"),
                    Samples.TENANT,
                    "test.example/node-1",
                    "node-1",
                    Instant.parse("2026-11-01T08:00:00.000012345Z"),
                    42,
                    new UUID(0, 7),
                    3,
                    Optional.of("0123456789abcdef/20261101/aa"));

    private final RecordJson json = new RecordJson();

    @Test
    void aFullRecordHasAllMembersInTheirOrder() throws Exception {
        Run sample = Samples.run("builder", 5);
        Run run =
                new Run(
                        sample.id(),
                        Optional.of(new UUID(1, 1)),
                        sample.agent(),
                        sample.node(),
                        sample.level(),
                        new TreeMap<>(Map.of("job", "7", "episode", "2")),
                        sample.started());
        Draft draft =
                Draft.of(Kind.DECISION)
                        .run(run)
                        .door(Door.EGRESS)
                        .asked(Action.NETWORK_CONNECT, new EntityUid("Host", "evil.example"))
                        .decided(
                                new Decision(
                                        Decision.Outcome.REQUIRE_APPROVAL,
                                        List.of("pack#one"),
                                        List.of(new Reason("not-named", "No.", "Ask.")),
                                        false,
                                        List.of(),
                                        Set.of(),
                                        Optional.of(new Consent(Consent.Role.OWNER, Consent.HOLD))),
                                12)
                        .size("sent-bytes", 9)
                        .detail("address", "192.0.2.1")
                        .detail("tool-call", "call-1")
                        .detail("taints", "private_data,untrusted_input")
                        .cause(new UUID(2, 2))
                        .build();
        assertThat(text(draft))
                .isEqualTo(
                        """
                        {"v":1,"id":"01930000-0000-7000-8000-000000000001","tenant":"test.example",\
                        "log":"test.example/node-1","kind":"decision","source":"observed",\
                        "happened":"2026-11-01T08:00:00.000012345Z","monotonic":42,\
                        "boot":"00000000-0000-0000-0000-000000000007","node":"node-1",\
                        "run":"01920000-0000-7000-8000-000000000005",\
                        "parent-run":"00000000-0000-0001-0000-000000000001","run-seq":3,\
                        "agent":"spiffe://test.example/agent/builder","blueprint":"coding",\
                        "owner":"alice","level":"contained","door":"egress",\
                        "action":"network:connect","resource":"Host::\\"evil.example\\"",\
                        "snapshot":12,"decision":"require-approval","policies":["pack#one"],\
                        "reasons":[{"code":"not-named","text":"No.","next":"Ask."}],\
                        "labels":{"episode":"2","job":"7"},\
                        "taints":["private_data","untrusted_input"],"sizes":{"sent-bytes":9},\
                        "content-ref":"0123456789abcdef/20261101/aa","tool-call":"call-1",\
                        "cause":"00000000-0000-0002-0000-000000000002",\
                        "detail":{"address":"192.0.2.1"}}\
                        """);
        assertThat(text(draft)).isEqualTo(text(draft));
        StoredRecord stored = stored(draft);
        assertThat(stored.list("taints")).containsExactly("private_data", "untrusted_input");
        assertThat(stored.happened()).contains(STAMP.happened());
        assertThat(stored.run()).contains(run.id());
        assertThat(stored.numbers("sizes")).containsExactly(Map.entry("sent-bytes", 9L));
    }

    @Test
    void whatWasForeseenFollowsTheDecision() throws Exception {
        Foreseen foreseen =
                new Foreseen(
                        PolicyText.Mode.SHADOW,
                        Decision.Outcome.DENY,
                        List.of("new#no"),
                        "too-far");
        Decision decision =
                new Decision(Decision.Outcome.ALLOW, List.of("pack#one"), List.of(), false)
                        .with(List.of(foreseen), List.of());
        assertThat(text(Draft.of(Kind.DECISION).decided(decision, 3).build()))
                .contains(
                        "\"reasons\":[],\"foreseen\":[{\"mode\":\"shadow\",\"decision\":\"deny\","
                                + "\"policies\":[\"new#no\"],\"code\":\"too-far\"}]");
    }

    @Test
    void membersWithoutAValueAreAbsent() throws Exception {
        assertThat(stored(Draft.of(Kind.NODE_STARTED).build()).members().keySet())
                .containsExactly(
                        "v",
                        "id",
                        "tenant",
                        "log",
                        "kind",
                        "source",
                        "happened",
                        "monotonic",
                        "boot",
                        "node",
                        "content-ref");
    }

    @Test
    void everyTextComesBackAsItWas() throws Exception {
        String all =
                "\" \\ / \n \r \t \b \f \u0000 \u001f \u007f \u0080 \u07ff \u0800 \uffff é 漢 😀";
        Draft draft = Draft.of(Kind.EXEC).detail("text", all).build();
        assertThat(stored(draft).texts("detail")).containsEntry("text", all);
        Draft half = Draft.of(Kind.EXEC).detail("text", "a\ud83dz\ude00").build();
        assertThat(stored(half).texts("detail")).containsEntry("text", "a\ufffdz\ufffd");
    }

    @Test
    void theLongestRecordFitsAndOneByteMoreDoesNot() throws Exception {
        int around = text(Draft.of(Kind.EXEC).detail("text", "").build()).length();
        int most = RecordJson.RECORD_BYTES_MAX - around;
        assertThat(text(Draft.of(Kind.EXEC).detail("text", "x".repeat(most)).build()))
                .hasSize(RecordJson.RECORD_BYTES_MAX);
        Draft longer = Draft.of(Kind.EXEC).detail("text", "x".repeat(most + 1)).build();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> text(longer))
                .isInstanceOf(RecordRefusedException.class);
    }

    @Test
    void membersThatNobodyKnowsAreKept() {
        byte[] bytes =
                "{\"v\":9,\"kind\":\"new\",\"later\":{\"a\":[1.5,true,null]}}"
                        .getBytes(StandardCharsets.UTF_8);
        StoredRecord record = new StoredRecord(new LogAddress("l", 0), bytes);
        assertThat(record.members()).containsKey("later");
        assertThat(record.kind()).isEqualTo("new");
        assertThat(record.bytes()).isEqualTo(bytes);
    }

    private String text(Draft draft) throws RecordRefusedException {
        return new String(json.encode(draft, STAMP).copy(), StandardCharsets.UTF_8);
    }

    private StoredRecord stored(Draft draft) throws RecordRefusedException {
        return new StoredRecord(
                new LogAddress("test.example/node-1", 0), json.encode(draft, STAMP).copy());
    }
}
