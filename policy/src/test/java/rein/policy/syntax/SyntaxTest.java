package rein.policy.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import rein.policy.engine.PolicyGenerator;
import rein.vocabulary.EntityUid;

/** What the parser makes of policy texts, and what it says of those that are none. */
class SyntaxTest {
    private static final String HEAD = "permit (principal, action, resource)";

    /** Text, and the line that a person reads. */
    record Refused(String text, String line) {}

    static final List<Refused> REFUSED =
            List.of(
                    new Refused(
                            "permti (principal, action, resource);",
                            "1:1: expected `permit` or `forbid`, found `permti` (did you mean"
                                    + " `permit`?)"),
                    new Refused(
                            "permit (principle, action, resource);",
                            "1:9: expected `principal` as the first part of the head, found"
                                    + " `principle` (did you mean `principal`?)"),
                    new Refused(
                            "permit (principal = Agent::\"a\", action, resource);",
                            "1:19: expected `,`, or a test of the principal with ==, in, or is,"
                                    + " found `=` (write == to compare)"),
                    new Refused(
                            HEAD,
                            "1:37: expected `;`, `when` or `unless` after the head, found the end"
                                    + " of the text"),
                    new Refused(
                            HEAD + "\nwhne { true };",
                            "2:1: expected `;`, `when` or `unless` after the head, found `whne`"
                                    + " (did you mean `when`?)"),
                    new Refused(
                            HEAD + " when { context.a = 1 };",
                            "1:55: `=` does not compare (write ==)"),
                    new Refused(
                            HEAD + " when { 1 < 2 < 3 };",
                            "1:51: comparisons do not chain (use && and brackets)"),
                    new Refused(
                            HEAD + " when { contxt.a };",
                            "1:45: unknown name contxt (did you mean `context`?)"),
                    new Refused(
                            HEAD + " when { [1].contain(1) };",
                            "1:48: unknown method contain (did you mean \"contains\"?)"),
                    new Refused(
                            HEAD + " when { isIpv4(ip(\"::1\")) };",
                            "1:45: isIpv4 is a method (write value.isIpv4(…))"),
                    new Refused(
                            HEAD + " when { ip4(\"::1\") };",
                            "1:45: unknown function ip4 (did you mean \"ip\"?)"),
                    new Refused(HEAD + " when { };", "1:45: expected an expression, found `}`"),
                    new Refused(
                            HEAD + " when { \"a };",
                            "1:45: this string is not closed (end it with \")"),
                    new Refused(HEAD + " when { \"\\q\" == \"\" };", "1:45: unknown escape \\q"),
                    new Refused(
                            HEAD + " when { 9223372036854775808 == 1 };",
                            "1:45: this number is too large (a Long goes up to"
                                    + " 9223372036854775807)"),
                    new Refused(
                            HEAD + " when { 4 / 2 == 2 };",
                            "1:47: Cedar has no `/` (multiply instead)"),
                    new Refused(HEAD + " when { !!!!!true };", "1:45: more than 4 of `!`"),
                    new Refused(
                            HEAD + " when { true & true };",
                            "1:50: unexpected character & (write && for and)"),
                    new Refused(
                            "permit (principal == ?principal, action, resource);",
                            "1:1: nothing links the template \"policy0\" (name the entity, as in"
                                    + " Agent::\"x\", or link it in a policy set in JSON)"),
                    new Refused(
                            "permit (principal, action == Agent::\"x\", resource);",
                            "1:30: an action has the type Action, not Agent"),
                    new Refused(
                            "@id(\"a\") " + HEAD + "; @id(\"a\") " + HEAD + ";",
                            "1:48: a second policy with the id \"a\" (ids are unique in a text)"),
                    new Refused(
                            "@code(\"a\") @code(\"b\") " + HEAD + ";",
                            "1:13: a second annotation @code"),
                    new Refused(
                            HEAD + " when { {a: 1, \"a\": 2} == {} };",
                            "1:52: a second member \"a\""));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void badTextIsOneClearLine(Refused refused) {
        assertThatThrownBy(() -> PolicyParser.parse("p", refused.text()))
                .isInstanceOf(PolicyException.class)
                .hasMessage("p:" + refused.line());
    }

    @Test
    void headsAnnotationsAndConditionsAreRead() throws PolicyException {
        String text =
                """
                // A comment.
                @id("first") @note
                permit (
                  principal is A::Agent in Team::"t\\u{e9}\\x41",
                  action in [Action::"a", NS::Action::"b",],
                  resource == Host::"h",
                ) when { true } unless { false };
                forbid (principal in Team::"t", action == Action::"a", resource is Host);
                """;
        List<Policy> policies = PolicyParser.parse("p", text);
        Policy first = policies.getFirst();
        assertThat(first.localId()).isEqualTo("first");
        assertThat(first.at()).isEqualTo(new Position(2, 1));
        assertThat(first.annotation("note")).hasValue("");
        assertThat(first.principal())
                .isEqualTo(new ScopeTest.IsIn("A::Agent", new EntityUid("Team", "t\u00e9A")));
        assertThat(first.action())
                .isEqualTo(
                        new ScopeTest.InAny(
                                List.of(
                                        new EntityUid("Action", "a"),
                                        new EntityUid("NS::Action", "b"))));
        assertThat(first.conditions())
                .extracting(Policy.Condition::holdsWhen)
                .containsExactly(true, false);
        assertThat(policies.getLast().localId()).isEqualTo("policy1");
        assertThat(policies.getLast().permits()).isFalse();
    }

    @Test
    void aCarriageReturnEndsACommentSoThatNothingHidesBehindIt() throws PolicyException {
        assertThat(PolicyParser.parse("p", "// hidden?\r" + HEAD + ";")).hasSize(1);
    }

    @Test
    void nestingIsBoundedHoweverItIsMade() {
        int many = 100_000;
        for (String condition :
                List.of(
                        "(".repeat(many) + "true" + ")".repeat(many),
                        "[".repeat(many),
                        "true" + " && (true".repeat(many),
                        "context" + ".a".repeat(many),
                        "1" + " + 1".repeat(many) + " == 1",
                        "if true then ".repeat(many),
                        "context has a" + ".a".repeat(many))) {
            assertThatThrownBy(() -> PolicyParser.parse("p", HEAD + " when { " + condition + " };"))
                    .isInstanceOfSatisfying(
                            PolicyException.class,
                            e -> assertThat(e.code()).isEqualTo(PolicyException.Code.TOO_LARGE));
        }
    }

    @Test
    void longChainsAreFlatAndAllowed() throws PolicyException {
        String text = HEAD + " when { true" + " && true".repeat(10_000) + " };";
        assertThat(PolicyParser.parse("p", text)).hasSize(1);
    }

    @Test
    void sizeAndNumberOfPoliciesAreBounded() {
        String text = " ".repeat(Bounds.TEXT_CHARS_MAX + 1);
        assertThatThrownBy(() -> PolicyParser.parse("p", text))
                .hasMessageContaining("has 1048577 characters");
        String many = (HEAD + ";").repeat(Bounds.POLICIES_MAX + 1);
        assertThatThrownBy(() -> PolicyParser.parse("p", many))
                .hasMessageContaining("at most 10000 policies");
    }

    @Test
    void anyTextIsEitherParsedOrRefusedWithAPlace() {
        for (long seed = 0; seed < 2_000; seed++) {
            PolicyGenerator generator = new PolicyGenerator(seed);
            String text = generator.mutate(generator.policies(2));
            String cut = text.substring(0, new SplittableRandom(seed).nextInt(text.length()));
            for (String tried : List.of(text, cut)) {
                try {
                    PolicyParser.parse("p", tried);
                } catch (PolicyException e) {
                    assertThat(e.problem().at().line()).as("seed %d", seed).isPositive();
                    assertThat(e.problem().toString()).doesNotContain("\n");
                }
            }
        }
    }
}
