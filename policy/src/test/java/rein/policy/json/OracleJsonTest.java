package rein.policy.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import rein.policy.engine.Oracle;
import rein.policy.engine.PolicyGenerator;
import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.PolicyParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Cedar's own implementation writes the JSON that ours writes, and reads it. */
class OracleJsonTest {
    private static final int SEEDS = 1_000;

    private final JsonMapper json = JsonMapper.builder().build();

    @BeforeAll
    static void theNativeLibraryLoads() {
        Oracle.assumeItLoads();
    }

    @Test
    void bothWriteTheSameJson() throws Exception {
        List<String> differences = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            PolicyGenerator generator = new PolicyGenerator(seed);
            String text = generator.policies(2) + "\n" + generator.template();
            JsonNode ours = json.readTree(PolicyJson.write(PolicyParser.parseDocument("p", text)));
            JsonNode theirs = json.readTree(PolicySet.parsePolicies(text).toJson());
            if (!ours.equals(theirs)) {
                differences.add(seed + ":\n" + text + "\n" + ours + "\n" + theirs);
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void eachReadsWhatTheOtherWrote() throws Exception {
        List<String> differences = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            String text = new PolicyGenerator(seed).policies(1);
            String ours = PolicyJson.write(PolicyParser.parseDocument("p", text));
            String policy = json.readTree(ours).path("staticPolicies").path("policy0").toString();
            // What they make of our JSON is Cedar text; it has to be the policy that it was.
            String again =
                    PolicyJson.write(
                            PolicyParser.parseDocument(
                                    "p", Policy.fromJson("policy0", policy).getSource()));
            String theirs = Policy.parseStaticPolicy(text).toJson();
            PolicyDocument read = PolicyJson.parse("p", theirs);
            if (!meaning(again).equals(meaning(ours)) || !PolicyJson.write(read).equals(ours)) {
                differences.add(seed + ":\n" + text + "\n" + again + "\n" + theirs);
            }
        }
        assertThat(differences).isEmpty();
    }

    /** Without the id, which they do not keep. */
    private JsonNode meaning(String set) {
        ObjectNode policies = (ObjectNode) json.readTree(set).path("staticPolicies");
        return policies.iterator().next();
    }
}
