package rein.policy.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Decision.Outcome;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;

final class WhyTest {
    private static Why why(Request request, String pack, PolicyText... more) {
        return Why.of(
                request, Connects.facts(request.principal().id(), pack), Connects.shippedAnd(more));
    }

    @Test
    void aForbidIsShownWithItsLineItsValuesAndWhatWouldLiftIt() {
        Why why =
                why(
                        Connects.to("coder", "a.test", 443, "tls"),
                        "observe",
                        Connects.fleet(
                                """
                                // No builds on the night shift.

                                @id("no-a")
                                forbid (principal, action == Action::"network:connect", resource == Host::"a.test")
                                when { context.port == 443 && context.protocol != "http" };
                                """));
        assertThat(why.decision().outcome()).isEqualTo(Outcome.DENY);
        Why.Account account = why.determining().getFirst();
        assertThat(account.id()).isEqualTo("fleet@1#no-a");
        assertThat(account.file()).isEqualTo("fleet@1");
        assertThat(account.line()).isEqualTo(3);
        assertThat(account.source()).startsWith("@id(\"no-a\")").endsWith("\"http\" };");
        assertThat(account.parts()).allMatch(Why.Part::holds);
        assertThat(account.parts())
                .anySatisfy(part -> {
                    assertThat(part.text()).isEqualTo("context.port == 443");
                    assertThat(part.line()).isEqualTo(5);
                    assertThat(part.values()).containsEntry("context.port", "443");
                });
        assertThat(why.near()).isEmpty();
        assertThat(why.changes())
                .anySatisfy(found -> {
                    assertThat(found.what())
                            .isEqualTo("the policy fleet@1#no-a (line 3) were not there");
                    assertThat(found.outcome()).isEqualTo(Outcome.ALLOW);
                    assertThat(found.policies()).containsExactly("observe#public-https");
                })
                .noneMatch(found -> found.kind().equals("permit"));
    }

    @Test
    void withoutAPermitTheNearestIsShownAndTheSmallestChange() {
        Why why = why(Connects.to("coder", "a.test", 443, "tls"), "coding");
        assertThat(why.determining()).isEmpty();
        assertThat(why.near().getFirst().parts())
                .filteredOn(part -> !part.holds())
                .singleElement()
                .satisfies(part -> assertThat(part.text()).startsWith("resource in HostGroup::"));
        assertThat(why.changes())
                .extracting(Why.Change::what)
                .contains(
                        "Host::\"a.test\" were in HostGroup::\"package-registries\"",
                        "the run had the pack observe",
                        "a policy had the line: permit (principal == Agent::\"coder\", action =="
                                + " Action::\"network:connect\", resource == Host::\"a.test\") when {"
                                + " context.protocol == \"tls\" && context.port == 443 };");
    }

    @Test
    void anAllowedRequestSaysWhatItRestsOn() {
        Why why = why(Connects.to("coder", "r.test", 443, "tls", "package-registries"), "coding");
        assertThat(why.determining())
                .extracting(Why.Account::id)
                .containsExactly("coding#package-registries");
        assertThat(why.changes())
                .extracting(Why.Change::kind)
                .contains("context", "group", "pack", "without");
        assertThat(why.changes()).allMatch(found -> found.outcome() == Outcome.DENY);
    }

    @Test
    void whatCannotBeEvaluatedIsSaid() {
        Why why =
                why(
                        Connects.to("coder", "a.test", 443, "tls"),
                        "observe",
                        Connects.fleet(
                                "@id(\"f\") forbid (principal, action == Action::\"network:connect\", resource) when {"
                                        + " context has method && context.method == \"GET\" };"));
        assertThat(why.decision().outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(
                        why(
                                        Connects.to("coder", "a.test", 80, "http"),
                                        "observe",
                                        Connects.fleet(
                                                "@id(\"f\") forbid (principal, action == Action::\"network:connect\", resource) when { context has method && context.method == \"GET\" };"))
                                .determining())
                .singleElement()
                .satisfies(account ->
                        assertThat(account.parts())
                                .extracting(Why.Part::values)
                                .anySatisfy(values ->
                                        assertThat(values)
                                                .containsEntry("context has method", "true"))
                                .anySatisfy(values ->
                                        assertThat(values)
                                                .containsEntry("context.method", "\"GET\"")));
    }

    @Test
    void aChangeIsTriedABoundedNumberOfTimes() {
        StringBuilder many = new StringBuilder("forbid (principal, action, resource) when { [");
        for (int i = 0; i < 2_000; i++) {
            many.append(i).append(", ");
        }
        many.append("443].contains(context.port) };");
        Why why =
                why(
                        Connects.to("coder", "a.test", 443, "tls"),
                        "observe",
                        Connects.fleet(many.toString()));
        assertThat(why.changes()).hasSizeLessThanOrEqualTo(SmallestChange.FOUND_MAX);
        assertThat(List.copyOf(why.changes())).allMatch(found -> found.outcome() != Outcome.DENY);
    }
}
