package rein.policy;

import java.util.List;

/** Policies that are evaluated together, behind an index. Immutable; safe for any thread. */
final class PolicySet {
    private final ScopeIndex index;
    private final boolean empty;

    PolicySet(List<CompiledPolicy> policies) {
        this.index = ScopeIndex.of(policies);
        this.empty = policies.isEmpty();
    }

    boolean isEmpty() {
        return empty;
    }

    /** Adds to the answer every policy that applies to the request or fails on it. */
    void evaluate(Environment environment, Answer answer) {
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
