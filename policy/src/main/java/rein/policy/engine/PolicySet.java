package rein.policy.engine;

import java.util.List;
import rein.policy.value.EvaluationException;

/** Policies that are evaluated together, behind an index. Immutable; safe for any thread. */
public final class PolicySet {
    private final ScopeIndex index;
    private final boolean empty;

    public PolicySet(List<CompiledPolicy> policies) {
        this.index = ScopeIndex.of(policies);
        this.empty = policies.isEmpty();
    }

    public boolean isEmpty() {
        return empty;
    }

    /** Adds to the answer every policy that applies to the request or fails on it. */
    public void evaluate(Environment environment, Answer answer) {
        index.visit(
                environment,
                policy -> {
                    try {
                        if (policy.applies(environment)) {
                            answer.add(policy);
                        }
                    } catch (EvaluationException e) {
                        answer.fail(policy, e.text());
                    }
                });
    }
}
