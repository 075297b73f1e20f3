package rein.policy.engine;

import java.util.List;
import java.util.Optional;
import rein.policy.syntax.Policy;
import rein.policy.syntax.ScopeTest;
import rein.policy.value.EvaluationException;
import rein.policy.value.Quoting;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Reason;

/** A policy ready to be evaluated, with the name under which it is reported. */
public final class CompiledPolicy {
    private final String id;
    private final Policy policy;
    private final List<Step> steps;
    private final boolean names;
    private final Reason permitted;
    private final Decision allowed;

    private record Step(boolean holdsWhen, Node node) {}

    /**
     * Compiles the policy.
     *
     * @param id unique among the policies evaluated together
     * @param origin the scope of the text it stands in
     */
    public CompiledPolicy(String id, PolicyText.Scope origin, Policy policy) {
        this.id = id;
        this.policy = policy;
        this.steps =
                policy.conditions().stream()
                        .map(c -> new Step(c.holdsWhen(), Compiler.compile(c.expression())))
                        .toList();
        this.names = isNarrow(origin) && policy.resource() instanceof ScopeTest.Equal;
        this.permitted =
                new Reason(
                        policy.annotation("code").orElse("permitted"),
                        policy.annotation("reason").orElse("Policy " + shownId() + " permits it."),
                        policy.annotation("next").orElse(""));
        this.allowed = new Decision(Decision.Outcome.ALLOW, List.of(id), List.of(permitted), names);
    }

    /** Whether the policy applies to the request: head and all conditions. */
    public boolean applies(Environment environment) throws EvaluationException {
        if (!environment.ofResource().satisfies(policy.resource())
                || !environment.ofPrincipal().satisfies(policy.principal())
                || !environment.ofAction().satisfies(policy.action())) {
            return false;
        }
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.node().evaluate(environment).asBool() != step.holdsWhen()) {
                return false;
            }
        }
        return true;
    }

    public String id() {
        return id;
    }

    public String shownId() {
        return Quoting.shown(id);
    }

    public Policy policy() {
        return policy;
    }

    public boolean isForActionList() {
        return policy.action() instanceof ScopeTest.InAny;
    }

    public boolean permits() {
        return policy.permits();
    }

    /** {@code @decision("approval")}: it permits once a person has said yes. */
    public boolean asksForApproval() {
        return policy.permits() && policy.annotation("decision").equals(Optional.of("approval"));
    }

    /** The decision when this is the one policy that determines it: the same for every request. */
    public Decision allowed() {
        return allowed;
    }

    public Reason permitted() {
        return permitted;
    }

    /**
     * Whether someone named exactly one resource, for less than the fleet or a pack. Where such a
     * policy applies, the resource is the request's.
     */
    public boolean names() {
        return names;
    }

    private static boolean isNarrow(PolicyText.Scope origin) {
        return switch (origin) {
            case PolicyText.Scope.Fleet(), PolicyText.Scope.Pack(_) -> false;
            case PolicyText.Scope.OfBlueprint(_),
                    PolicyText.Scope.OfAgent(_),
                    PolicyText.Scope.OfRun() ->
                    true;
        };
    }
}
