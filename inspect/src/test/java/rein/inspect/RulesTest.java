package rein.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rein.inspect.rule.Rule;
import rein.inspect.rule.ShippedRules;

/** Each shipped rule finds its examples, wherever they stand, and none of its counter-examples. */
final class RulesTest {
    /** What the product promises to know. */
    private static final int SECRET_RULES_MIN = 150;

    private final List<Rule> rules = ShippedRules.all();
    private final Inspector inspector = Inspector.shipped();

    private List<String> found(String text) {
        return inspector.scan(text.getBytes(UTF_8)).matches().stream().map(Match::rule).toList();
    }

    @Test
    void thereAreEnoughOfThemAndEachHasExamples() {
        assertThat(rules.stream().filter(rule -> rule.family().equals("secret")))
                .hasSizeGreaterThanOrEqualTo(SECRET_RULES_MIN);
        assertThat(rules)
                .allSatisfy(rule -> {
                    assertThat(rule.examples()).as(rule.id()).isNotEmpty();
                    assertThat(rule.counterExamples()).as(rule.id()).isNotEmpty();
                });
        assertThat(rules.stream().map(Rule::id)).doesNotHaveDuplicates();
    }

    @Test
    void eachFindsItsExamplesAloneAndInWhatTheyStandIn() {
        List<String> frames =
                List.of(
                        "%s",
                        "before %s after", "export X=%s\n", "{\"a\": [\"%s\"]}", "<td>%s</td>");
        List<String> missed = new ArrayList<>();
        for (Rule rule : rules) {
            // Alone, so that a more certain rule for the same text does not stand in for it.
            Inspector one = new Inspector(List.of(rule));
            for (String example : rule.examples()) {
                for (String frame : frames) {
                    String text = frame.replace("%s", example);
                    if (one.scan(text.getBytes(UTF_8)).isClean()) {
                        missed.add(rule.id() + " in " + text);
                    }
                }
                if (found(example).isEmpty()) {
                    missed.add(rule.id() + " among all rules: " + example);
                }
            }
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void noneFindsItsCounterExamples() {
        List<String> wrong = new ArrayList<>();
        for (Rule rule : rules) {
            Inspector one = new Inspector(List.of(rule));
            for (String example : rule.counterExamples()) {
                for (String text : List.of(example, "see " + example + " there")) {
                    if (!one.scan(text.getBytes(UTF_8)).isClean()) {
                        wrong.add(rule.id() + " in " + text);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
