package rein.policy;

import java.util.ArrayList;
import java.util.List;
import rein.policy.engine.CompiledPolicy;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.policy.syntax.Problem;
import rein.vocabulary.PolicyText;

/** From a policy text to policies that can be evaluated, or to what is wrong with it. */
public final class Policies {
    private Policies() {}

    /**
     * What is wrong with a text: at most {@value Bounds#PROBLEMS_MAX} problems in the order of the
     * text, each one line; none means that every policy in it will be enforced. For whoever accepts
     * a text from outside ({@code --policy FILE}, the management API), before it is used.
     */
    public static List<Problem> check(PolicyText text) {
        try {
            return problems(text.name(), PolicyParser.parse(text.name(), text.text()));
        } catch (PolicyException e) {
            return List.of(e.problem());
        }
    }

    /** Refuses the whole text if any policy in it is not enforceable. */
    static List<CompiledPolicy> compile(PolicyText text) throws PolicyException {
        List<Policy> policies = PolicyParser.parse(text.name(), text.text());
        List<Problem> problems = problems(text.name(), policies);
        if (!problems.isEmpty()) {
            throw new PolicyException(PolicyException.Code.MEANING, problems.getFirst());
        }
        List<CompiledPolicy> compiled = new ArrayList<>(policies.size());
        for (Policy policy : policies) {
            String id = text.name() + "#" + policy.localId();
            compiled.add(new CompiledPolicy(id, text.scope(), policy));
        }
        return compiled;
    }

    private static List<Problem> problems(String name, List<Policy> policies) {
        List<Problem> problems = new ArrayList<>();
        for (Policy policy : policies) {
            problems.addAll(MeaningCheck.check(name, policy));
            if (problems.size() >= Bounds.PROBLEMS_MAX) {
                return List.copyOf(problems.subList(0, Bounds.PROBLEMS_MAX));
            }
        }
        return List.copyOf(problems);
    }
}
