package rein.server.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rein.policy.Packs;
import rein.policy.review.PolicyCase;
import rein.policy.review.TextSet;
import rein.testkit.Samples;
import rein.vocabulary.PolicyText;

final class CaseFileTest {
    private static List<PolicyCase> read(String json) {
        return CaseFile.read(Samples.TENANT, json);
    }

    @Test
    void fewWordsMakeACase() {
        List<PolicyCase> cases =
                read(
                        """
                        [
                          {"host": "registry.test", "groups": ["package-registries"], "expect": "allow",
                           "policies": ["coding#package-registries"]},
                          {"name": "raw", "host": "10.0.0.1", "groups": ["package-registries"], "expect": "deny"},
                          {"name": "push", "host": "forge.test", "groups": ["forges"], "port": 80,
                           "protocol": "http", "context": {"method": "POST"}, "expect": "deny"},
                          {"name": "operators", "expect": "deny", "request": {
                             "principal": {"type": "Person", "id": "x"},
                             "action": {"type": "Action", "id": "stop:order"},
                             "resource": {"type": "Fleet", "id": "f"}}}
                        ]
                        """);
        TextSet shipped = new TextSet(Samples.TENANT, Packs.all());
        assertThat(cases).hasSize(4);
        assertThat(cases)
                .allSatisfy(each ->
                        assertThat(each.run(shipped))
                                .isEqualTo(new PolicyCase.Result(each.name(), true, "")));
        assertThat(cases.getFirst().name()).isEqualTo("test 1");
    }

    @Test
    void whatIsNoCaseIsNamed() {
        refused("{", "not JSON");
        refused("{}", "a JSON array");
        refused("[{\"name\":\"a\",\"host\":\"h\"}]", "Test 'a': expect is allow");
        refused("[{\"expect\":\"deny\"}]", "Test 'test 1': a case has a host");
        refused("[{\"hots\":\"h\",\"expect\":\"deny\"}]", "no member 'hots'");
        refused(
                "[" + "{},".repeat(PolicyCase.CASES_MAX) + "{}]",
                "at most " + PolicyCase.CASES_MAX);
        refused(
                "[{\"host\":\"h\",\"protocol\":\"htps\",\"expect\":\"deny\"}]",
                "Test 'test 1': no door asks this: ");
        refused(
                """
                [{"expect": "deny", "request": {
                   "principal": {"type": "Agent", "id": "x"},
                   "action": {"type": "Action", "id": "network:connect"},
                   "resource": {"type": "Host", "id": "h"},
                   "context": {"prot": 1}}}]
                """,
                "the context of");
        assertThat(read(" ")).isEmpty();
    }

    private static void refused(String json, String says) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
    }

    @Test
    void scopesAreTheWordsThatPeopleType() {
        List<String> words = new ArrayList<>();
        for (PolicyText.Scope scope :
                List.of(
                        new PolicyText.Scope.Fleet(),
                        new PolicyText.Scope.Pack("coding"),
                        new PolicyText.Scope.OfBlueprint("b"),
                        new PolicyText.Scope.OfAgent("a"),
                        new PolicyText.Scope.OfRun())) {
            assertThat(Scopes.parse(Scopes.words(scope))).isEqualTo(scope);
            words.add(Scopes.words(scope));
        }
        assertThat(words).containsExactly("fleet", "pack:coding", "blueprint:b", "agent:a", "run");
        for (String wrong :
                List.of("", "fleet:x", "agent", "agent:", "agent:A", "run:x", "team:a", "a:b:c")) {
            assertThatThrownBy(() -> Scopes.parse(wrong)).hasMessageContaining("A scope is");
        }
        assertThatThrownBy(() -> Scopes.ofSet("run")).hasMessageContaining("A scope is");
    }
}
