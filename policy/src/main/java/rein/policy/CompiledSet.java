package rein.policy;

import java.util.ArrayList;
import java.util.List;
import rein.policy.engine.CompiledPolicy;
import rein.policy.engine.PolicySet;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Problem;
import rein.vocabulary.PolicyText;

/**
 * Texts compiled together. A text that cannot be used leaves a problem instead of policies, and
 * every decision that would have looked at it is a denial.
 *
 * @param broken what is wrong with the texts that are missing from the set
 */
record CompiledSet(PolicySet policies, List<Problem> broken) {
    /** Nothing that applies, and nothing that is wrong. */
    private static final CompiledSet NONE = new CompiledSet(new PolicySet(List.of()), List.of());

    static CompiledSet of(List<PolicyText> texts) {
        if (texts.isEmpty()) {
            return NONE;
        }
        List<CompiledPolicy> policies = new ArrayList<>();
        List<Problem> broken = new ArrayList<>();
        for (PolicyText text : texts) {
            try {
                policies.addAll(Policies.compile(text));
            } catch (PolicyException e) {
                broken.add(e.problem());
            }
        }
        return new CompiledSet(new PolicySet(policies), List.copyOf(broken));
    }

    /** Whether it changes no decision. */
    boolean isNone() {
        return policies.isEmpty() && broken.isEmpty();
    }
}
