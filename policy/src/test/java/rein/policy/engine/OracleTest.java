package rein.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.cedarpolicy.model.exception.InternalException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;

/**
 * Cedar's own implementation and ours on the same generated policies: they accept the same texts
 * and give the same decisions, reasons and errors.
 */
class OracleTest {
    private static final int EVALUATION_SEEDS = 1_000;
    private static final int REQUESTS = 3;
    private static final int SYNTAX_SEEDS = 2_000;

    @BeforeAll
    static void theNativeLibraryLoads() {
        Oracle.assumeItLoads();
    }

    @Test
    void bothEvaluateAlike() throws Exception {
        List<String> differences = new ArrayList<>();
        int allowed = 0;
        int denied = 0;
        int withErrors = 0;
        for (long seed = 0; seed < EVALUATION_SEEDS; seed++) {
            PolicyGenerator generator = new PolicyGenerator(seed);
            String text = generator.policies(6);
            List<Entity> entities = generator.entities();
            for (int i = 0; i < REQUESTS; i++) {
                Environment environment = environment(generator, entities);
                String ours = Oracle.ours(PolicyParser.parse("generated", text), environment);
                String theirs =
                        Oracle.theirs(
                                com.cedarpolicy.model.policy.PolicySet.parsePolicies(text),
                                environment,
                                entities);
                if (!ours.equals(theirs)) {
                    differences.add(
                            "seed " + seed + ": ours " + ours + ", theirs " + theirs + "\n" + text);
                }
                allowed += ours.startsWith("true") ? 1 : 0;
                denied += ours.startsWith("false") ? 1 : 0;
                withErrors += ours.endsWith("[]") ? 0 : 1;
            }
        }
        assertThat(differences).isEmpty();
        int all = EVALUATION_SEEDS * REQUESTS;
        System.out.printf(
                "cedar-java and ours agree on %d requests, seeds 0 to %d:"
                        + " %d %% allowed, %d %% denied, %d %% with errors%n",
                all,
                EVALUATION_SEEDS - 1,
                100 * allowed / all,
                100 * denied / all,
                100 * withErrors / all);
        assertThat(allowed).as("allowed").isGreaterThanOrEqualTo(all / 5);
        assertThat(denied).as("denied").isGreaterThanOrEqualTo(all / 5);
        assertThat(withErrors).as("with errors").isGreaterThanOrEqualTo(all / 20);
    }

    static Environment environment(PolicyGenerator generator, List<Entity> entities) {
        return new Environment(
                generator.uid(),
                new EntityUid("Action", generator.action()),
                generator.uid(),
                generator.members(),
                entities);
    }

    @Test
    void bothAcceptTheSameTexts() {
        List<String> differences = new ArrayList<>();
        int accepted = 0;
        for (long seed = 0; seed < SYNTAX_SEEDS; seed++) {
            PolicyGenerator generator = new PolicyGenerator(seed);
            String whole = seed % 2 == 0 ? generator.policies(1) : generator.template();
            String text = generator.mutate(whole);
            String ours = "accepted";
            try {
                PolicyParser.parseDocument("generated", text);
                accepted++;
            } catch (PolicyException e) {
                ours = e.problem().toString();
            }
            String theirs = "accepted";
            try {
                com.cedarpolicy.model.policy.PolicySet.parsePolicies(text);
            } catch (InternalException e) {
                theirs = String.valueOf(e.getMessage());
            }
            if (ours.equals("accepted") != theirs.equals("accepted")) {
                differences.add(
                        "seed " + seed + ": ours " + ours + ", theirs " + theirs + "\n" + text);
            }
        }
        assertThat(differences).isEmpty();
        assertThat(accepted).as("some texts stay policies").isBetween(10, SYNTAX_SEEDS - 10);
    }
}
