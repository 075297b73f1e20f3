package rein.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rein.policy.syntax.Problem;
import rein.vocabulary.PolicyText;

/** Forbids that every decision pays for are pointed out. */
class PolicyLintTest {
    private static List<String> warnings(String text) {
        return Policies.warnings(new PolicyText("p", new PolicyText.Scope.Fleet(), text)).stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void aForbidWithoutAnyScopeIsPointedOut() {
        assertThat(
                        warnings(
                                """
                                permit (principal, action, resource);
                                forbid (principal is Agent, action, resource) when { true };
                                forbid (principal in Blueprint::"b", action, resource);
                                forbid (principal, action, resource == Host::"h");
                                forbid (principal, action == Action::"network:connect", resource);
                                """))
                .containsExactly(
                        "p:2:1: every request evaluates this forbid (name a principal or a resource"
                                + " in the head if it is meant for some)");
    }

    @Test
    void manyForbidsForOneActionArePointedOutOnce() {
        String one = "forbid (principal, action == Action::\"network:connect\", resource);\n";
        assertThat(warnings(one.repeat(PolicyLint.PER_ACTION_MAX))).isEmpty();
        assertThat(warnings(one.repeat(PolicyLint.PER_ACTION_MAX + 1)))
                .containsExactly(
                        "p:1:1: every request for Action::\"network:connect\" evaluates this forbid and 16 like it"
                                + " (name a principal or a resource in the head if it is meant for"
                                + " some)");
    }

    @Test
    void theProductsOwnPoliciesHaveNoWarningAndBrokenTextNeither() {
        for (PolicyText pack : Packs.all()) {
            assertThat(Policies.warnings(pack)).as(pack.name()).isEmpty();
        }
        assertThat(warnings("forbid (")).isEmpty();
    }
}
