package rein.policy.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import rein.policy.syntax.Policy;
import rein.policy.syntax.ScopeTest;
import rein.policy.value.Quoting;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Reason;
import rein.vocabulary.Taint;

/** A policy with the name under which it is reported and what it says when it applies. */
public final class CompiledPolicy {
    /** What to do next where a forbid names nothing itself. */
    public static final String NO_PERMIT_OVERRIDES =
            "No permit overrides it; ask its author whether it is meant.";

    private final String id;
    private final Policy policy;
    private final boolean names;
    private final Reason permitted;
    private final Optional<Reason> forbidden;
    private final Decision allowed;
    private final Optional<Consent> consent;
    private final Set<Taint> taints;

    /**
     * Puts into words what the policy will say when it applies.
     *
     * @param id unique among the policies evaluated together
     * @param origin the scope of the text it stands in
     */
    public CompiledPolicy(String id, PolicyText.Scope origin, Policy policy) {
        this.id = id;
        this.policy = policy;
        this.names = isNarrow(origin) && policy.resource() instanceof ScopeTest.Equal;
        this.permitted =
                new Reason(
                        policy.annotation("code").orElse("permitted"),
                        policy.annotation("reason").orElse("Policy " + shownId() + " permits it."),
                        policy.annotation("next").orElse(""));
        this.forbidden =
                policy.annotation("reason")
                        .map(reason ->
                                new Reason(
                                        policy.annotation("code").orElse("forbidden"),
                                        reason,
                                        policy.annotation("next").orElse(NO_PERMIT_OVERRIDES)));
        this.consent = Annotations.consent(policy);
        this.taints = Set.copyOf(Annotations.taints(policy));
        this.allowed =
                new Decision(
                        Decision.Outcome.ALLOW,
                        List.of(id),
                        List.of(permitted),
                        names,
                        List.of(),
                        taints,
                        Optional.empty());
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

    public boolean permits() {
        return policy.permits();
    }

    /** Whose yes it waits for; empty where it counts at once. */
    public Optional<Consent> consent() {
        return consent;
    }

    /** What the run has touched once this permit let something through. */
    public Set<Taint> taints() {
        return taints;
    }

    /** The decision when this is the one policy that determines it: the same for every request. */
    public Decision allowed() {
        return allowed;
    }

    public Reason permitted() {
        return permitted;
    }

    /** The reason of a forbid in its author's words; without them, it is put into words. */
    public Optional<Reason> forbidden() {
        return forbidden;
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
