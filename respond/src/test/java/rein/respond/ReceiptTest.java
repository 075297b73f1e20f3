package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Cut;
import rein.vocabulary.Receipt;

class ReceiptTest {
    private final KeyPair keys = Bench.keys();
    private final ReceiptVerifier verifier = new ReceiptVerifier(Map.of("k", keys.getPublic()));
    private final Receipt receipt =
            new ReceiptSigner(keys.getPrivate(), "k")
                    .sign(
                            new Receipt(
                                    StopJournalTest.order(2),
                                    new TreeMap<>(
                                            Map.of(
                                                    "sandbox",
                                                    Set.of(
                                                            new Cut(
                                                                    new UUID(0, 2),
                                                                    "frozen",
                                                                    5,
                                                                    0,
                                                                    900),
                                                            new Cut(
                                                                    new UUID(0, 1),
                                                                    "frozen",
                                                                    1,
                                                                    0,
                                                                    800)),
                                                    "egress",
                                                    Set.of())),
                                    new TreeMap<>(Map.of("exec", "did not answer")),
                                    1234,
                                    false,
                                    "",
                                    ""));

    @Test
    void hasOneForm() {
        String json = new String(ReceiptJson.write(receipt), StandardCharsets.UTF_8);
        assertThat(json)
                .startsWith(
                        "{\"v\":1,\"order\":{\"id\":\""
                                + receipt.order().id()
                                + "\",\"scope\":\"agent\",\"scope-name\":\"agent-2\","
                                + "\"mode\":\"suspend\",\"reason\":\"reason 2\","
                                + "\"issuer\":\"alice\",\"epoch\":2,"
                                + "\"issued\":\"2026-11-01T08:00:00Z\","
                                + "\"cause\":\"00000000-0000-0000-0000-000000000002\"},"
                                + "\"confirmed\":{\"egress\":[],\"sandbox\":[{\"run\":"
                                + "\"00000000-0000-0000-0000-000000000001\",\"what\":\"frozen\","
                                + "\"count\":1,\"left\":0,\"elapsed-micros\":800},")
                .contains(
                        "\"unconfirmed\":{\"exec\":\"did not answer\"},\"elapsed-micros\":1234,"
                                + "\"recorded-late\":false,\"key-id\":\"k\",\"signature\":\"");
        assertThat(ReceiptJson.read(ReceiptJson.write(receipt))).isEqualTo(receipt);
        assertThat(verifier.verify(ReceiptJson.write(receipt)).valid()).isTrue();
    }

    @Test
    void oneChangedBitBreaksIt() {
        byte[] bytes = ReceiptJson.write(receipt);
        for (int at = 0; at < bytes.length; at++) {
            // Every bit of the signature, where base64 has more than one form; elsewhere one each.
            boolean signature = at > bytes.length - 12;
            for (int bit = signature ? 0 : at % 8; bit < (signature ? 8 : at % 8 + 1); bit++) {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) (1 << bit);
                assertThat(verifier.verify(changed).valid())
                        .as("byte %d, bit %d", at, bit)
                        .isFalse();
            }
        }
    }

    @Test
    void oneByteMoreOrLessBreaksIt() {
        String json = new String(ReceiptJson.write(receipt), StandardCharsets.UTF_8);
        for (String changed :
                new String[] {
                    json + " ",
                    json + json,
                    " " + json,
                    json.substring(0, json.length() - 1),
                    json.replace("\"v\":1", "\"v\": 1"),
                    json.replace("\"v\":1", "\"v\":2"),
                    json.replace("\"confirmed\":{\"egress\":[],", "\"confirmed\":{"),
                    ""
                }) {
            assertThat(verifier.verify(changed.getBytes(StandardCharsets.UTF_8)).valid())
                    .as(changed)
                    .isFalse();
        }
    }

    @Test
    void anUnknownOrAnotherKeyIsNoKey() {
        assertThat(new ReceiptVerifier(Map.of()).verify(receipt))
                .isEqualTo(
                        new ReceiptVerifier.Verification.Invalid("Nobody here knows its key, k."));
        assertThat(
                        new ReceiptVerifier(Map.of("k", Bench.keys().getPublic()))
                                .verify(receipt)
                                .valid())
                .isFalse();
    }

    @Test
    void aKeyThatCannotSignIsRefusedAtOnce() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        assertThatThrownBy(() -> new ReceiptSigner(rsa.getPrivate(), "k"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Ed25519");
    }
}
