package rein.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.cedarpolicy.model.policy.LinkValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import rein.policy.syntax.Linking;
import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.PolicyParser;
import rein.policy.syntax.Position;
import rein.policy.syntax.Slot;
import rein.policy.syntax.TemplateLink;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;

/** Templates and links: Cedar's own implementation and ours decide alike. */
class OracleTemplateTest {
    private static final int SEEDS = 500;
    private static final int LINKS = 3;

    @BeforeAll
    static void theNativeLibraryLoads() {
        Oracle.assumeItLoads();
    }

    @Test
    void bothLinkAlike() throws Exception {
        List<String> differences = new ArrayList<>();
        int determined = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            PolicyGenerator generator = new PolicyGenerator(seed);
            String template = generator.template();
            PolicyDocument parsed = PolicyParser.parseDocument("generated", template);
            Set<Slot> slots = parsed.templates().getFirst().slots();
            List<TemplateLink> ours = new ArrayList<>();
            List<com.cedarpolicy.model.policy.TemplateLink> theirs = new ArrayList<>();
            for (int i = 0; i < LINKS; i++) {
                Map<Slot, EntityUid> values = new EnumMap<>(Slot.class);
                List<LinkValue> converted = new ArrayList<>();
                for (Slot slot : slots) {
                    EntityUid uid = generator.uid();
                    values.put(slot, uid);
                    converted.add(new LinkValue(slot.word(), Oracle.uid(uid)));
                }
                ours.add(new TemplateLink(new Position(1, 1), "policy0", "link" + i, values));
                theirs.add(
                        new com.cedarpolicy.model.policy.TemplateLink(
                                "policy0", "link" + i, converted));
            }
            var linked = new PolicyDocument(List.of(), parsed.templates(), ours);
            var policies =
                    new com.cedarpolicy.model.policy.PolicySet(
                            Set.of(),
                            Set.of(new com.cedarpolicy.model.policy.Policy(template, "policy0")),
                            theirs);
            List<Entity> entities = generator.entities();
            Environment environment = OracleTest.environment(generator, entities);
            String first = Oracle.ours(Linking.policies("generated", linked), environment);
            String second = Oracle.theirs(policies, environment, entities);
            if (!first.equals(second)) {
                differences.add(
                        "seed "
                                + seed
                                + ": ours "
                                + first
                                + ", theirs "
                                + second
                                + "\n"
                                + template);
            }
            determined += first.contains("link") ? 1 : 0;
        }
        assertThat(differences).isEmpty();
        assertThat(determined).as("answers that a link had a part in").isGreaterThan(SEEDS / 20);
    }
}
