package rein.policy.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rein.policy.review.SetDiff.Effect;
import rein.vocabulary.Decision.Outcome;
import rein.vocabulary.PolicyText;

final class SetDiffTest {
    private static List<SetDiff.Change> between(String older, String newer) {
        return SetDiff.of(List.of(Connects.fleet(older)), List.of(Connects.fleet(newer))).changes();
    }

    @Test
    void aChangedPolicyIsJudgedByItsText() {
        judge(
                "permit (principal, action, resource);",
                "permit (principal, action, resource) when { context.port == 443 };",
                Effect.TIGHTENS);
        judge(
                "permit (principal, action, resource) when { context.port == 443 };",
                "permit (principal, action, resource);",
                Effect.WEAKENS);
        judge(
                "permit (principal is Agent, action, resource);",
                "permit (principal == Agent::\"a\", action, resource);",
                Effect.TIGHTENS);
        judge(
                "permit (principal in Blueprint::\"b\", action, resource);",
                "permit (principal is Agent in Blueprint::\"b\", action, resource);",
                Effect.TIGHTENS);
        judge(
                "permit (principal == Agent::\"a\", action, resource);",
                "permit (principal == Agent::\"b\", action, resource);",
                Effect.WEAKENS);
        judge(
                "permit (principal, action, resource);",
                "@decision(\"approval\") permit (principal, action, resource);",
                Effect.TIGHTENS);
        judge(
                "@decision(\"approval\") permit (principal, action, resource);",
                "permit (principal, action, resource);",
                Effect.WEAKENS);
        assertThat(
                        between(
                                "permit (principal, action, resource);",
                                "// why\n permit (principal,action,resource) ;"))
                .isEmpty();
        judge(
                "permit (principal, action, resource);",
                "@reason(\"r\") permit (principal, action, resource);",
                Effect.REWORDS);
        judge(
                "permit (principal, action, resource) when { context.named && context.port == 1 };",
                "permit (principal, action, resource) when { context.port == 1 } when { context.named };",
                Effect.REWORDS);
        judge(
                "forbid (principal, action, resource) when { context.port == 22 };",
                "forbid (principal, action, resource);",
                Effect.TIGHTENS);
        judge(
                "forbid (principal, action, resource);",
                "forbid (principal, action, resource) unless { context.named };",
                Effect.WEAKENS);
        judge(
                "forbid (principal, action, resource);",
                "permit (principal, action, resource);",
                Effect.WEAKENS);
        judge(
                "permit (principal, action, resource);",
                "forbid (principal, action, resource);",
                Effect.TIGHTENS);
    }

    private static void judge(String older, String newer, Effect effect) {
        assertThat(between(older, newer))
                .as("%s → %s", older, newer)
                .singleElement()
                .extracting(SetDiff.Change::effect)
                .isEqualTo(effect);
    }

    @Test
    void whatCameAndWentIsNamedWithItsLine() {
        assertThat(
                        between(
                                """
                                @id("gone") forbid (principal, action, resource);
                                @id("same") permit (principal, action, resource);
                                """,
                                """
                                @id("same") permit (principal, action, resource);

                                @id("new") permit (principal, action, resource);
                                """))
                .containsExactly(
                        new SetDiff.Change("gone", Effect.WEAKENS, "removed forbid", 1),
                        new SetDiff.Change("new", Effect.WEAKENS, "added permit", 3));
    }

    @Test
    void whatIsOnlyTriedDoesNotCount() {
        PolicyText tried =
                new PolicyText(
                        "fleet@2",
                        new PolicyText.Scope.Fleet(),
                        PolicyText.Mode.SHADOW,
                        "permit (principal, action, resource);");
        assertThat(SetDiff.of(List.of(), List.of(tried)).changes()).isEmpty();
        PolicyText old = Connects.fleet("@id(\"f\") forbid (principal, action, resource);");
        assertThat(SetDiff.of(List.of(old), List.of(tried)).weakens()).isTrue();
    }

    /** What is called no weakening allows nothing new, for all small policies and requests. */
    @Test
    void noWeakeningIsOverlooked() {
        List<String> policies = new ArrayList<>();
        for (String effect : List.of("permit", "forbid")) {
            for (String resource :
                    List.of(
                            "resource",
                            "resource is Host",
                            "resource == Host::\"a.test\"",
                            "resource in HostGroup::\"g\"",
                            "resource is Host in HostGroup::\"g\"")) {
                for (String when :
                        List.of(
                                "",
                                " when { context.port == 443 }",
                                " when { context.port == 443 && context.named }",
                                " unless { context.port == 443 || !context.named }",
                                " unless { context.port == 443 }",
                                " when { context.missing == 1 }")) {
                    policies.add(
                            "@id(\"p\") "
                                    + effect
                                    + " (principal, action, "
                                    + resource
                                    + ")"
                                    + when
                                    + ";");
                }
            }
        }
        String rest =
                "@id(\"rest\") permit (principal, action, resource) when { context.port == 443 };";
        List<Recorded> asked = new ArrayList<>();
        TextSet nothing = new TextSet(rein.testkit.Samples.TENANT, List.of());
        for (String host : List.of("a.test", "b.test")) {
            for (long port : List.of(443L, 80L)) {
                asked.add(
                        Connects.recorded(
                                nothing, Connects.to("x", host, port, "tls"), "locked", 1));
                asked.add(
                        Connects.recorded(
                                nothing, Connects.to("x", host, port, "tls", "g"), "locked", 1));
            }
        }
        int judged = 0;
        for (String older : policies) {
            PolicyText before = Connects.fleet(older + "\n" + rest);
            TextSet now = new TextSet(rein.testkit.Samples.TENANT, List.of(before));
            for (String newer : policies) {
                PolicyText after = Connects.fleet(newer + "\n" + rest);
                if (!SetDiff.of(List.of(before), List.of(after)).weakens()) {
                    judged++;
                    TextSet next = new TextSet(rein.testkit.Samples.TENANT, List.of(after));
                    for (Recorded each : asked) {
                        boolean opens =
                                now.decide(each).outcome() != Outcome.ALLOW
                                        && next.decide(each).outcome() == Outcome.ALLOW;
                        assertThat(opens).as("%s → %s", older, newer).isFalse();
                    }
                }
            }
        }
        assertThat(judged).isGreaterThan(policies.size());
    }
}
