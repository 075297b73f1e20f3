package rein.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import rein.policy.schema.RequestReader;
import rein.policy.schema.Schema;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Problem;
import rein.vocabulary.Action;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.Taint;
import rein.vocabulary.Value;

/** The schema of the product, and what keeps to it. */
class ReinSchemaTest {
    private static final String COUNT =
            "{\"minute\": 0, \"tenMinutes\": 0, \"hour\": 0, \"all\": 0}";
    private static final String RUN =
            """
            {"taints": ["private_data"], "decisions": %1$s, "denials": %1$s, "deniedHosts": %1$s,
             "sentBytes": %1$s, "receivedBytes": %1$s, "approvals": %1$s, "newBinaries": %1$s,
             "newHost": true, "openConnections": 1}
            """
                    .formatted(COUNT);

    private final Schema schema = ReinSchema.schema();

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
    void theTaintsAreThoseOfTheVocabulary() {
        for (String taint : Taint.labels()) {
            assertThat(mentioning("context.run.taints.contains(\"" + taint + "\")")).isEmpty();
        }
        assertThat(mentioning("context.run.taints.contains(\"mud\")"))
                .singleElement()
                .asString()
                .endsWith(
                        "it never has \"mud\" (one of credentials, personal_data, private_data,"
                                + " source_code, untrusted_input)");
    }

    private static List<Problem> mentioning(String condition) {
        String text =
                "forbid (principal, action == Action::\"network:connect\", resource) when { "
                        + condition
                        + " };";
        return Policies.check(new PolicyText("dev", new PolicyText.Scope.OfRun(), text));
    }

    @Test
    void theJsonSyntaxSaysTheSame() throws PolicyException {
        Schema json = Schema.parseJson("s", ReinSchema.json());
        assertThat(json.actions()).isEqualTo(schema.actions());
        assertThat(json.entityTypes()).isEqualTo(schema.entityTypes());
    }

    @Test
    void whatTheTestsOfPacksAskKeepsToTheSchema() {
        Request connect =
                Asking.connect("coder", "a.test", "forges").with("method", "GET").request();
        assertThat(ReinSchema.wrong(connect)).isEmpty();
        EntityUid agent = new EntityUid("Agent", "coder");
        Request stop =
                Asking.admin("alice", "owner", "stop:order", agent).owned("alice", "bob").request();
        assertThat(ReinSchema.wrong(stop)).isEmpty();
    }

    @Test
    void whatDoesNotKeepToTheSchemaIsNamed() {
        Asking asking = Asking.connect("coder", "a.test");
        assertThat(ReinSchema.wrong(asking.with("risk", "high").request()))
                .hasValue("the context of network:connect has no attribute risk");
        assertThat(ReinSchema.wrong(asking.without("risk").with("protocol", "gopher").request()))
                .hasValue("protocol of the context of network:connect is not String");
        assertThat(ReinSchema.wrong(asking.without("protocol").request()))
                .hasValue("the context of network:connect lacks protocol");
        Request other =
                new Request(
                        new EntityUid("Person", "alice"),
                        Action.NETWORK_CONNECT,
                        new EntityUid("Host", "a.test"),
                        Map.of(),
                        List.of());
        assertThat(ReinSchema.wrong(other)).hasValue("a Person cannot ask for network:connect");
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
                    "named": true, "address": "192.0.2.7", "run": %s
                  },
                  "entities": [
                    {"uid": {"type": "Agent", "id": "coder"},
                     "attrs": {"owner": {"type": "Person", "id": "alice"}},
                     "parents": [{"type": "Blueprint", "id": "coding"}]}
                  ]
                }
                """
                        .formatted(RUN);
        RequestReader.Checked read = ReinSchema.read("case.json", text);
        assertThat(read.principal()).isEqualTo(new EntityUid("Agent", "coder"));
        assertThat(read.context())
                .containsEntry("address", new Value.Extension("ip", "192.0.2.7"))
                .containsEntry("port", Value.of(443));
        assertThatThrownBy(() -> ReinSchema.read("case.json", text.replace("443", "\"443\"")))
                .hasMessage("case.json:6:31: expected a whole number, found a string");
        assertThatThrownBy(() -> ReinSchema.read("case.json", text.replace("\"tls\"", "\"tsl\"")))
                .hasMessageContaining("it is never \"tsl\" (did you mean \"tls\"?)");
        assertThatThrownBy(
                        () -> ReinSchema.read("case.json", text.replace("\"named\"", "\"nmed\"")))
                .hasMessageContaining("has no attribute nmed (did you mean \"named\"?)");
        assertThatThrownBy(() -> ReinSchema.read("case.json", text.replace("Blueprint", "Person")))
                .hasMessageContaining("an Agent is never in a Person");
    }
}
