package rein.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Value;

/** What conditions evaluate to: tables of those that hold, do not hold, and are errors. */
class EvaluationTest {
    private static final EntityUid ANN = new EntityUid("User", "ann");
    private static final EntityUid STAFF = new EntityUid("Group", "staff");
    private static final EntityUid ALL = new EntityUid("Group", "all");
    private static final EntityUid DOC = new EntityUid("NS::Doc", "plan");

    private static final Environment ENVIRONMENT =
            new Environment(
                    ANN,
                    new EntityUid("Action", "read"),
                    DOC,
                    Map.of(
                            "n",
                            Value.of(7),
                            "text",
                            Value.of("hello"),
                            "flag",
                            Value.of(true),
                            "address",
                            new Value.Extension("ip", "10.1.2.3"),
                            "broken",
                            new Value.Extension("ip", "10.1.2"),
                            "deep",
                            new Value.Struct(
                                    Map.of("b", new Value.Struct(Map.of("c", Value.of(1))))),
                            "set",
                            new Value.SetOf(Set.of(Value.of(1), Value.of(2)))),
                    List.of(
                            new Entity(
                                    ANN,
                                    Map.of("boss", new Value.Ref(ANN), "level", Value.of(3)),
                                    Set.of(STAFF),
                                    Map.of("team", Value.of("blue"))),
                            new Entity(STAFF, Set.of(ALL)),
                            // A cycle, which Cedar's own loader refuses: it must end here too.
                            new Entity(ALL, Set.of(STAFF)),
                            new Entity(
                                    DOC, Map.of("owner", new Value.Ref(ANN)), Set.of(), Map.of())));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true && !false",
                "false || true",
                "if context.flag then 1 == 1 else principal",
                "context.n + 3 * 2 - 1 == 12",
                "-context.n < -6 && 6 <= 7 && 8 > 7 && 7 >= 7",
                "-9223372036854775808 < 0",
                "1 != \"1\"",
                "context[\"text\"] == \"h\\u{65}llo\"",
                "principal in Group::\"staff\"",
                "principal in Group::\"all\"",
                "principal in principal",
                "principal in [User::\"x\", Group::\"all\"]",
                "!(User::\"stranger\" in Group::\"all\")",
                "principal is User && principal is User in Group::\"all\"",
                "resource is NS::Doc && !(resource is Doc)",
                "principal has boss && principal.boss.boss.level == 3",
                "resource.owner == principal",
                "context has deep.b.c && !(context has deep.x.c) && context.deep.b.c == 1",
                "!(User::\"stranger\" has boss)",
                "{a: 1, \"b c\": [2]}[\"b c\"] == [2, 2]",
                "{a: {b: 1}} has a.b && {a: 1}.a == 1",
                "principal.hasTag(\"team\") && principal.getTag(\"team\") == \"blue\"",
                "!principal.hasTag(\"x\") && !User::\"stranger\".hasTag(\"x\")",
                "context.set.contains(1) && context.set.containsAll([1, 2]) && context.set"
                        + ".containsAny([2, 9])",
                "[].isEmpty() && !context.set.isEmpty()",
                "context.text like \"h*o\" && \"a*b\" like \"a\\*b\" && !(\"axb\" like \"a\\*b\")",
                "context.address.isInRange(ip(\"10.0.0.0/8\")) && context.address.isIpv4()",
                "context.address == ip(\"10.1.2.3/32\") && [ip(\"10.1.2.3\")]"
                        + ".contains(context.address)",
                "ip(\"::1\").isLoopback() && ip(\"ff02::1\").isMulticast() && ip(\"1::\").isIpv6()",
                "decimal(\"1.5\") == decimal(\"1.5000\") && decimal(\"-0.1\")"
                        + ".lessThanOrEqual(decimal(\"0.0\"))",
                "decimal(\"2.0\").greaterThan(decimal(\"1.9\")) && decimal(\"2.0\")"
                        + ".greaterThanOrEqual(decimal(\"2.0\"))",
                "datetime(\"2024-10-15T11:35:00+0130\") == datetime(\"2024-10-15T10:05:00Z\")",
                "datetime(\"2024-10-15\").offset(duration(\"1d\")) == datetime(\"2024-10-16\")",
                "datetime(\"2024-10-15T11:35:00.250Z\").toDate() == datetime(\"2024-10-15\")",
                "datetime(\"1969-12-31T23:00:00Z\").toTime() == duration(\"23h\")",
                "datetime(\"2024-10-16\").durationSince(datetime(\"2024-10-15\")).toHours() == 24",
                "duration(\"-1m\") < duration(\"1ms\") && duration(\"1d1h1m1s1ms\")"
                        + ".toMilliseconds() == 90061001",
                "duration(\"90s\").toMinutes() == 1 && duration(\"90s\").toSeconds() == 90 &&"
                        + " duration(\"49h\").toDays() == 2"
            })
    void holds(String condition) throws PolicyException {
        assertThat(outcome(condition)).isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "1 && true",
                "true && 1",
                "if 1 then true else false",
                "9223372036854775807 + 1 == 0",
                "-9223372036854775807 - 2 == 0",
                "4611686018427387904 * 2 == 0",
                "--9223372036854775808 == 0",
                "-context.text == 1",
                "1 < \"2\"",
                "decimal(\"1.0\") < decimal(\"2.0\")",
                "datetime(\"2024-01-01\") < duration(\"1d\")",
                "context.missing == 1",
                "context.text.x == 1",
                "context.broken == context.address",
                "User::\"stranger\".level == 1",
                "principal.missing == 1",
                "{a: 1}.b == 1",
                "context.text has a",
                "\"x\" in Group::\"all\"",
                "principal in \"x\"",
                "principal in [Group::\"all\", 1]",
                "1 is User",
                "1 like \"*\"",
                "context.text.contains(1)",
                "[1].containsAll(1)",
                "1.isEmpty()",
                "principal.getTag(\"x\") == 1",
                "User::\"stranger\".getTag(\"x\") == 1",
                "principal.hasTag(1)",
                "decimal(\"1.50001\") == decimal(\"1.5\")",
                "ip(1) == ip(1)",
                "ip(\"1.2.3.4\", \"x\").isIpv4()",
                "\"1.2.3.4\".isIpv4()",
                "decimal(\"922337203685477.5808\") == decimal(\"0.0\")",
                "duration(\"9223372036854775808ms\") == duration(\"0ms\")",
                "datetime(\"2024-01-01\").offset(duration(\"9223372036854775807ms\")) == 1"
            })
    void isAnError(String condition) throws PolicyException {
        assertThat(outcome(condition)).startsWith("error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "false && 1",
                "!(true || 1)",
                "principal is Group in 1",
                "context.n == \"7\"",
                "\"\" like \"?\"",
                "ip(\"10.0.0.0/8\") == ip(\"10.0.0.0\")"
            })
    void doesNotHold(String condition) throws PolicyException {
        assertThat(outcome(condition)).isEqualTo("false");
    }

    @Test
    void anErrorSaysWhatWasMissing() throws PolicyException {
        assertThat(outcome("principal.boss.missing == 1"))
                .isEqualTo("error: principal.boss has no attribute missing");
        assertThat(outcome("User::\"x\".level == 1")).isEqualTo("error: User::\"x\" is not known");
        assertThat(outcome("1 + \"2\" == 3")).isEqualTo("error: expected Long, got String");
    }

    private static String outcome(String condition) throws PolicyException {
        String text = "permit (principal, action, resource) when { " + condition + " };";
        Policy policy = PolicyParser.parse("test", text).getFirst();
        Answer answer = new Answer();
        new PolicySet(List.of(new CompiledPolicy("p", new PolicyText.Scope.Fleet(), policy)))
                .evaluate(ENVIRONMENT, answer);
        return answer.failures().isEmpty()
                ? String.valueOf(answer.cedarAllows())
                : "error: " + answer.failures().getFirst().message();
    }
}
