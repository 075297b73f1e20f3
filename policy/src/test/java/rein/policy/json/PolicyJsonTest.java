package rein.policy.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import rein.policy.Corpora;
import rein.policy.CorpusFiles;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Linking;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.policy.syntax.Printer;

/** Cedar's JSON format: text to JSON to text and back, and what is said of JSON that is none. */
class PolicyJsonTest {
    private static final String OPEN =
            "{\"effect\":\"permit\",\"principal\":{\"op\":\"All\"},\"action\":{\"op\":\"All\"},"
                    + "\"resource\":{\"op\":\"All\"},\"conditions\":[";
    private static final String ANY = OPEN + "{\"kind\":\"when\",\"body\":";

    @Test
    void aPolicySetWithTemplatesAndLinksIsRead() throws PolicyException {
        PolicyDocument document =
                PolicyJson.parse(
                        "p",
                        """
                        {
                          "staticPolicies": {
                            "one": {
                              "effect": "forbid",
                              "principal": {"op": "is", "entity_type": "User",
                                            "in": {"entity": {"type": "Group", "id": "g"}}},
                              "action": {"op": "in", "entities": [{"type": "Action", "id": "a"}]},
                              "resource": {"op": "==", "entity":
                                           {"__entity": {"type": "NS::Doc", "id": "d"}}},
                              "conditions": [{"kind": "unless", "body": {"Value": true}}],
                              "annotations": {"reason": "because", "flag": null}
                            }
                          },
                          "templates": {
                            "t": {
                              "effect": "permit",
                              "principal": {"op": "is", "entity_type": "User",
                                            "in": {"slot": "?principal"}},
                              "action": {"op": "All"},
                              "resource": {"op": "in", "slot": "?resource"},
                              "conditions": []
                            }
                          },
                          "templateLinks": [
                            {"templateId": "t", "newId": "two",
                             "values": {"?principal": {"type": "Group", "id": "g"},
                                        "?resource": {"type": "Folder", "id": "f"}}}
                          ]
                        }
                        """);
        assertThat(Linking.policies("p", document))
                .extracting(Printer::policy)
                .containsExactly(
                        "@reason(\"because\") @flag forbid (principal is User in Group::\"g\","
                                + " action in [Action::\"a\"], resource == NS::Doc::\"d\")"
                                + " unless { true };",
                        "permit (principal is User in Group::\"g\", action,"
                                + " resource in Folder::\"f\");");
        assertThat(PolicyJson.parse("p", PolicyJson.write(document)).links())
                .extracting(link -> link.template() + " " + link.newId() + " " + link.values())
                .isEqualTo(
                        document.links().stream()
                                .map(l -> l.template() + " " + l.newId() + " " + l.values())
                                .toList());
    }

    /** A text, and the line that a person reads. */
    record Refused(String text, String line) {}

    static final List<Refused> REFUSED =
            List.of(
                    new Refused("{", "p:1:2: this is not JSON: Unexpected end-of-input"),
                    new Refused("{} {}", "p:1:4: the text goes on after its value"),
                    new Refused("[]", "p:1:1: expected a policy set, found an array"),
                    new Refused(
                            "{\"staticPolicys\": {}}",
                            "p:1:19: a policy set has no member \"staticPolicys\" (did you mean"
                                    + " \"staticPolicies\"?)"),
                    new Refused("{\"a\": 1, \"a\": 2}", "p:1:13: this is not JSON: Duplicate"),
                    new Refused(
                            OPEN + "],\"annotation\":{}}",
                            "a policy has no member \"annotation\" (did you mean \"annotations\"?)"),
                    new Refused("{\"effect\":\"permit\"}", "p:1:1: a policy needs the member"),
                    new Refused(
                            OPEN.replace("permit", "allow") + "]}",
                            "p:1:11: the effect is \"allow\" (one of permit, forbid)"),
                    new Refused(
                            ANY + "{\"has\":{\"left\":{\"Var\":\"principle\"},\"attr\":\"a\"}}}]}",
                            "the variable is \"principle\" (did you mean \"principal\"?)"),
                    new Refused(
                            ANY
                                    + "{\"contain\":{\"left\":{\"Set\":[]},\"right\":{\"Value\":1}}}}]}",
                            "unknown operator \"contain\" (did you mean \"contains\"?)"),
                    new Refused(ANY + "{\"Value\":1.5}}]}", "Cedar has no fractions"),
                    new Refused(
                            ANY + "{\"Value\":9223372036854775808}}]}",
                            "this is not JSON: Numeric"),
                    new Refused(
                            ANY + "{\"Value\":\"\\ud800\"}}]}",
                            "half a surrogate pair in a string"),
                    new Refused(ANY + "{\"Value\":null}}]}", "expected a value, found null"),
                    new Refused(ANY + "{\"Slot\":\"?principal\"}}]}", "unknown operator \"Slot\""),
                    new Refused(ANY + "{\"isIpv4\":[]}}]}", "isIpv4 is a method"),
                    new Refused(
                            "{\"templates\":{\"t\":" + OPEN + "]}}}", "a template needs a slot"),
                    new Refused(
                            "{\"staticPolicies\":{\"t\":"
                                    + OPEN.replaceFirst(
                                            "\\{\"op\":\"All\"}",
                                            "{\"op\":\"==\",\"slot\":\"?principal\"}")
                                    + "]}}}",
                            "a static policy has no slot"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void badJsonIsOneClearLine(Refused refused) {
        assertThatThrownBy(() -> PolicyJson.parse("p", refused.text()))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(refused.line());
    }

    @Test
    void depthIsBoundedAndChainsAreNot() throws PolicyException {
        String deep = "{\"!\":{\"arg\":".repeat(Bounds.NESTING_MAX) + "{\"Value\":true}";
        String closed = ANY + deep + "}}".repeat(Bounds.NESTING_MAX) + "}]}";
        assertThatThrownBy(() -> PolicyJson.parse("p", closed))
                .isInstanceOfSatisfying(
                        PolicyException.class,
                        e -> assertThat(e.code()).isEqualTo(PolicyException.Code.TOO_LARGE));
        assertThatThrownBy(() -> PolicyJson.parse("p", ANY + "{\"Set\":[".repeat(40_000)))
                .isInstanceOf(PolicyException.class);
        assertThatThrownBy(() ->
                        PolicyJson.parse(
                                "p",
                                ANY + "{\"Value\":" + "[".repeat(300) + "]".repeat(300) + "}}]}"))
                .isInstanceOf(PolicyException.class);

        String chain = "{\"&&\":{\"left\":".repeat(5_000) + "{\"Value\":true}";
        String long_ = ANY + chain + ",\"right\":{\"Value\":true}}}".repeat(5_000) + "}]}";
        PolicyDocument document = PolicyJson.parse("p", long_);
        String again = PolicyJson.write(document);
        assertThat(again.length()).isLessThan(4_000_000);
        Policy read = PolicyJson.parse("p", again).policies().getFirst();
        assertThat(Printer.policy(read).split("&&", -1)).hasSize(5_001);
    }

    @Test
    void textToJsonToTextOverTheWholeCorpus() throws IOException {
        Optional<Path> corpus = Corpora.find(CorpusFiles.TESTS);
        Assumptions.assumeTrue(
                corpus.isPresent(),
                "missing facility: the Cedar corpus " + CorpusFiles.TESTS + " under REIN_CORPORA");
        List<String> differences = new ArrayList<>();
        int[] texts = {0};
        CorpusFiles.visit(
                corpus.get(),
                (stem, parts) -> {
                    byte[] bytes = parts.getOrDefault(".cedar", new byte[0]);
                    texts[0]++;
                    try {
                        roundTrip(stem, new String(bytes, StandardCharsets.UTF_8), differences);
                    } catch (PolicyException e) {
                        differences.add(stem + ": " + e.getMessage());
                    }
                });
        assertThat(differences).isEmpty();
        assertThat(texts[0]).isEqualTo(CorpusFiles.COUNT);
    }

    private static void roundTrip(String stem, String text, List<String> differences)
            throws PolicyException {
        PolicyDocument parsed = PolicyParser.parseDocument(stem, text);
        String json = PolicyJson.write(parsed);
        PolicyDocument fromJson = PolicyJson.parse(stem, json);
        String printed = Printer.document(fromJson);
        String again = PolicyJson.write(PolicyParser.parseDocument(stem, printed));
        if (!again.equals(json)) {
            differences.add(stem + ":\n" + text + "\n" + printed);
        }
    }
}
