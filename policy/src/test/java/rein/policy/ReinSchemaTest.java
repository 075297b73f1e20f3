package rein.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import rein.policy.schema.RequestCheck;
import rein.policy.schema.RequestReader;
import rein.policy.schema.Schema;
import rein.policy.syntax.PolicyException;
import rein.vocabulary.Action;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/** The schema of the product, and what keeps to it. */
class ReinSchemaTest {
    private final Schema schema = ReinSchema.schema();
    private final RequestCheck check = new RequestCheck(schema);

    @Test
    void everyActionOfTheVocabularyIsDeclaredAndOnlyThoseThatADoorDecidesAreServed() {
        for (Action action :
                List.of(
                        Action.NETWORK_CONNECT,
                        Action.NETWORK_GRANT,
                        Action.POLICY_GRANT,
                        Action.AGENT_USE,
                        Action.POLICY_WRITE,
                        Action.REGISTRY_WRITE,
                        Action.REGISTRY_READ,
                        Action.AUDIT_READ,
                        Action.CONTENT_READ,
                        Action.DRILL_RUN,
                        Action.STOP_ORDER,
                        Action.STOP_RESUME)) {
            assertThat(problems(action.id())).as(action.id()).isEmpty();
        }
        for (String id :
                List.of(
                        "process:exec",
                        "agent:spawn",
                        "mcp:call_tool",
                        "mcp:list_tools",
                        "mcp:read_resource",
                        "mcp:get_prompt",
                        "model:invoke",
                        "a2a:send")) {
            assertThat(schema.action(new Action(id).uid())).as(id).isPresent();
            assertThat(problems(id)).as(id).singleElement().asString().contains("not decided");
        }
    }

    private static List<String> problems(String action) {
        String text = "forbid (principal, action == Action::\"" + action + "\", resource);";
        return Policies.check(new PolicyText("dev", new PolicyText.Scope.OfRun(), text)).stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void whatTheTestsOfPacksAskKeepsToTheSchema() {
        Request connect =
                Asking.connect("coder", "a.test", "forges").with("method", "GET").request();
        assertThat(check.wrong(connect)).isEmpty();
        EntityUid agent = new EntityUid("Agent", "coder");
        Request stop =
                Asking.admin("alice", "owner", "stop:order", agent).owned("alice", "bob").request();
        assertThat(check.wrong(stop)).isEmpty();
    }

    @Test
    void whatDoesNotKeepToTheSchemaIsNamed() {
        Asking asking = Asking.connect("coder", "a.test");
        assertThat(check.wrong(asking.with("risk", "high").request()))
                .hasValue("the context of network:connect has no attribute risk");
        assertThat(check.wrong(asking.without("risk").with("protocol", "gopher").request()))
                .hasValue("protocol of the context of network:connect is not String");
        assertThat(check.wrong(asking.without("protocol").request()))
                .hasValue("the context of network:connect lacks protocol");
        Request other =
                new Request(
                        new EntityUid("Person", "alice"),
                        Action.NETWORK_CONNECT,
                        new EntityUid("Host", "a.test"),
                        Map.of(),
                        List.of());
        assertThat(check.wrong(other)).hasValue("a Person cannot ask for network:connect");
    }

    @Test
    void aRequestInJsonIsReadByTheSchema() throws PolicyException {
        String text =
                """
                {
                  "principal": "Agent::\\"coder\\"",
                  "action": {"type": "Action", "id": "network:connect"},
                  "resource": {"__entity": {"type": "Host", "id": "a.test"}},
                  "context": {
                    "host": "a.test", "port": 443, "protocol": "tls", "route": "connect",
                    "named": true, "address": "192.0.2.7"
                  },
                  "entities": [
                    {"uid": {"type": "Agent", "id": "coder"},
                     "attrs": {"owner": {"type": "Person", "id": "alice"}},
                     "parents": [{"type": "Blueprint", "id": "coding"}]}
                  ]
                }
                """;
        RequestReader reader = new RequestReader(schema);
        RequestReader.Checked read = reader.read("case.json", text);
        assertThat(read.principal()).isEqualTo(new EntityUid("Agent", "coder"));
        assertThat(read.context())
                .containsEntry("address", new Value.Extension("ip", "192.0.2.7"))
                .containsEntry("port", Value.of(443));
        assertThatThrownBy(() -> reader.read("case.json", text.replace("443", "\"443\"")))
                .hasMessage("case.json:6:31: expected a whole number, found a string");
        assertThatThrownBy(() -> reader.read("case.json", text.replace("\"tls\"", "\"tsl\"")))
                .hasMessageContaining("it is never \"tsl\" (did you mean \"tls\"?)");
        assertThatThrownBy(() -> reader.read("case.json", text.replace("\"named\"", "\"nmed\"")))
                .hasMessageContaining("has no attribute nmed (did you mean \"named\"?)");
        assertThatThrownBy(() -> reader.read("case.json", text.replace("Blueprint", "Person")))
                .hasMessageContaining("an Agent is never in a Person");
    }
}
