package rein.inspect.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Severity;

/** Rules of an organisation's own are read, and what is wrong with them is said with their name. */
final class RuleFileTest {
    private static final String RULE =
            """
            rules:
              - id: staff-number
                class: pii/staff-number
                severity: medium
                keywords: [ST-]
                match: 'ST-\\d{6}'
                length: 9
                yes: ['ST-¦481207']
                no: ['ST-48']
            """;

    @Test
    void aRuleIsRead() {
        List<Rule> rules = RuleFile.read("own.yaml", RULE);
        assertThat(rules).hasSize(1);
        Rule rule = rules.getFirst();
        assertThat(rule.dataClass().family()).isEqualTo("pii");
        assertThat(rule.severity()).isEqualTo(Severity.MEDIUM);
        assertThat(rule.examples()).containsExactly("ST-481207");
    }

    @Test
    void whatIsWrongIsSaid() {
        refused(RULE.replace("keywords", "keyword"), "unknown key 'keyword'");
        refused(RULE.replace("pii/staff-number", "PII"), "family/kind");
        refused(RULE.replace("\\d{6}", "\\d{6"), "(staff-number): match");
        refused(RULE.replace("'ST-\\d{6}'", "'(ST-)?'"), "nothing at all");
        refused(RULE.replace("severity: medium", "severity: huge"), "severity is");
        refused(RULE.replace("length: 9", "checks: [lhun]"), "no check 'lhun'");
        refused(RULE.replace("keywords: [ST-]", "digits: [9]"), "keywords, or digits");
        refused("rules: 3", "one key, rules");
        refused("rules: [", "own.yaml");
        refused(RULE + RULE.substring(RULE.indexOf('\n') + 1), "staff-number is there twice");
    }

    private static void refused(String yaml, String says) {
        assertThatThrownBy(() -> RuleFile.read("own.yaml", yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
    }
}
