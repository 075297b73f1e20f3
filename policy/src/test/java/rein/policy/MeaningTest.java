package rein.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Problem;
import rein.vocabulary.PolicyText;

/** Policies that are Cedar but could not be enforced are refused with what was probably meant. */
class MeaningTest {
    private static final String CONNECT =
            "permit (principal, action == Action::\"network:connect\", resource)";

    /** Text, and a part of the line that a person reads. */
    record Refused(String text, String line) {}

    static final List<Refused> REFUSED =
            List.of(
                    new Refused(
                            "permit (principal, action == Action::\"network:conect\", resource);",
                            "1:1: unknown action \"network:conect\" (did you mean"
                                    + " \"network:connect\"?)"),
                    new Refused(
                            "forbid (principal, action in [Action::\"process:exec\"], resource);",
                            "the action \"process:exec\" is not decided by policy yet"),
                    new Refused(
                            CONNECT.replace("resource)", "resource == Hots::\"a\")") + ";",
                            "unknown entity type Hots (did you mean \"Host\"?)"),
                    new Refused(
                            CONNECT.replace("(principal", "(principal is Person") + ";",
                            "the principal of this action is never a Person (it is one of Agent)"),
                    new Refused(
                            CONNECT.replace("(principal", "(principal in Role::\"x\"") + ";",
                            "is never a Role (it is one of Agent, Blueprint)"),
                    new Refused(
                            CONNECT + " when { context.protcol == \"tls\" };",
                            "context has no attribute protcol at network:connect (did you mean"
                                    + " \"protocol\"?)"),
                    new Refused(
                            CONNECT + " when { context has protcol };",
                            "context has no attribute protcol at network:connect"),
                    new Refused(
                            CONNECT + " when { context.protocol == \"shh\" };",
                            "it is never \"shh\" (did you mean \"ssh\"?)"),
                    new Refused(
                            CONNECT + " when { [\"tls\", \"htpp\"].contains(context.protocol) };",
                            "it is never \"htpp\" (did you mean \"http\"?)"),
                    new Refused(
                            CONNECT + " when { context.port == \"443\" };",
                            "context.port is Long, but \"443\" is String"),
                    new Refused(
                            CONNECT
                                    + " when { context has address && context.address =="
                                    + " \"10.0.0.1\" };",
                            "context.address is ipaddr, but \"10.0.0.1\" is String (write"
                                    + " ip(\"…\"))"),
                    new Refused(
                            CONNECT + " when { context.method == \"GET\" };",
                            "context.method is not always there (write context has method && before"
                                    + " it)"),
                    new Refused(
                            CONNECT + " when { principal.onwer == principal };",
                            "principal (an Agent) has no attribute onwer (did you mean \"owner\"?)"),
                    new Refused(
                            CONNECT + " when { resource in HostGruop::\"x\" };",
                            "unknown entity type HostGruop (did you mean \"HostGroup\"?)"),
                    new Refused(
                            CONNECT + " when { resource is Hosst };", "unknown entity type Hosst"),
                    new Refused(
                            CONNECT + " when { action == Action::\"network:x\" };",
                            "unknown action \"network:x\""),
                    new Refused(
                            CONNECT + " when { ip(\"10.0.0.0/33\").isIpv4() };",
                            "expected an IP address or range like 10.0.0.0/8"),
                    new Refused(
                            "forbid (principal, action, resource) when { context.protocol =="
                                    + " \"ssh\" };",
                            "context.protocol is not there for agent:use (this policy is for several"
                                    + " actions; name the one that has it: network:connect,"
                                    + " network:grant)"),
                    new Refused(
                            "permit (principal, action == Action::\"stop:order\", resource) when {"
                                    + " context.protocol == \"ssh\" };",
                            "context has no attribute protocol at stop:order (it is known at"
                                    + " network:connect, network:grant only)"),
                    new Refused(
                            "forbid (principal, action == Action::\"mcp:call_tool\", resource);",
                            "the action \"mcp:call_tool\" is not decided by policy yet: no door"
                                    + " serves mcp yet (a policy on it would not be enforced"),
                    new Refused(
                            CONNECT + " when { action == Action::\"model:invoke\" };",
                            "no door serves model yet"),
                    new Refused(
                            CONNECT + " when { context.tool == \"shell\" };",
                            "context has no attribute tool at network:connect (it is known at"
                                    + " mcp:call_tool (no door serves mcp yet) only)"),
                    new Refused(
                            CONNECT + " when { context has risk && context.risk == \"high\" };",
                            "context.risk is not known yet: blueprints have no risk tier"),
                    new Refused(
                            "permit (principal, action == Action::\"stop:order\", resource) when {"
                                    + " context.x };",
                            "context has no attribute x at stop:order (this action has no context)"),
                    new Refused(
                            CONNECT + " when { principal.owner == Person::\"alice\" };",
                            "principal.owner is not always there (write principal has owner &&"
                                    + " before it)"),
                    new Refused(
                            CONNECT + " when { context.port };",
                            "context.port is Long, where Bool is needed (compare it)"),
                    new Refused(
                            CONNECT + " when { [\"a\", 1].contains(context.host) };",
                            "a set of String and Long (all elements must be of one type)"),
                    new Refused(
                            CONNECT + " when { [80, 443].contains(context.protocol) };",
                            "an element of the left side is Long, but context.protocol is String"),
                    new Refused(
                            CONNECT
                                    + " when { context has address && context.address < ip(\"10.0.0.1\") };",
                            "context.address is ipaddr, where Long, datetime or duration is needed"),
                    new Refused(
                            "@aproval(\"owner\") " + CONNECT + ";",
                            "unknown annotation @aproval (did you mean \"approval\"?)"),
                    new Refused(
                            "@approval(\"anybody\") " + CONNECT + ";",
                            "@approval is \"anybody\" (an owner or an operator approves"),
                    new Refused(
                            "@approval(\"owner\") @hold(\"6m\") " + CONNECT + ";",
                            "@hold is \"6m\" (beside @approval, a time from 1s to 5m"),
                    new Refused(
                            "@hold(\"30s\") " + CONNECT + ";",
                            "@hold is \"30s\" (beside @approval"),
                    new Refused(
                            "@approval(\"owner\") forbid (principal, action =="
                                    + " Action::\"network:connect\", resource);",
                            "@approval on a forbid"),
                    new Refused(
                            "@taint(\"private_date\") " + CONNECT + ";",
                            "unknown taint \"private_date\" (did you mean \"private_data\"?)"),
                    new Refused(
                            "@approval(\"owner\") permit (principal, action, resource);",
                            "@approval and @taint have a meaning for network:connect alone"),
                    new Refused(
                            CONNECT + " when { context.run.spend.hour < 5 };",
                            "context.run.spend is not known yet: no money passes a door of this version"),
                    new Refused(
                            CONNECT + " when { context.run.newBinary };",
                            "context.run.newBinary is not known yet: the egress door does not know"),
                    new Refused(
                            CONNECT + " when { context.run.denials.tenMinute > 5 };",
                            "context.run.denials has no attribute tenMinute (did you mean"
                                    + " \"tenMinutes\"?)"),
                    new Refused(
                            CONNECT + " when { context.run.taints.contains(\"privat_data\") };",
                            "it never has \"privat_data\" (did you mean \"private_data\"?)"),
                    new Refused(
                            CONNECT + " when { context.run.newHost == \"yes\" };",
                            "context.run.newHost is Bool, but \"yes\" is String"),
                    new Refused(
                            "@code(\"Not A Code\") " + CONNECT + ";",
                            "a code has up to 64 lower-case letters, digits and dashes"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void whatCouldNeverHoldIsRefused(Refused refused) {
        List<Problem> problems = check(refused.text());
        assertThat(problems).isNotEmpty();
        assertThat(problems.getFirst().toString()).startsWith("dev:1:").contains(refused.line());
    }

    @Test
    void everyMemberOfTheContextCanBeUsed() {
        String condition =
                """
                 when {
                  context.host like "*.test" && context.port < 1024 &&
                  ["tls", "http", "ssh"].contains(context.protocol) &&
                  context.route != "connect" && context.named &&
                  (if context has method then context.method == "GET" else true) &&
                  (if context has address
                    then context.address.isInRange(ip("10.0.0.0/8")) else true) &&
                  (if context has addressClass then context.addressClass == "public" else true) &&
                  (if context has resolvedBy then context.resolvedBy == "dns" else true)
                };
                """;
        assertThat(check(CONNECT + condition)).isEmpty();
    }

    @Test
    void allProblemsOfATextAreFoundUpToABound() {
        String bad = "permit (principal, action == Action::\"x\", resource);\n";
        assertThat(check(bad + CONNECT + ";" + bad))
                .extracting(problem -> problem.at().line())
                .containsExactly(1, 2);
        assertThat(check(bad.repeat(1_000))).hasSize(Bounds.PROBLEMS_MAX);
    }

    @Test
    void aTextThatIsNotCedarHasOneProblem() {
        assertThat(check("allow everything"))
                .singleElement()
                .asString()
                .isEqualTo("dev:1:1: expected `permit` or `forbid`, found `allow`");
        assertThat(check("")).as("nothing is no mistake").isEmpty();
    }

    private static List<Problem> check(String text) {
        return Policies.check(new PolicyText("dev", new PolicyText.Scope.OfRun(), text));
    }
}
