package rein.policy.engine;

import java.util.List;
import rein.policy.value.EvaluationException;

/**
 * Policies that are evaluated together: compiled with one table of paths, and found through what
 * their heads say. Immutable but for what it remembers; safe for any thread.
 */
public final class PolicySet {
    private final Candidates candidates;
    private final int paths;

    public PolicySet(List<CompiledPolicy> policies) {
        Compiler compiler = new Compiler();
        List<Rule> rules = policies.stream().map(compiler::rule).toList();
        this.candidates = new Candidates(rules);
        this.paths = compiler.paths();
    }

    /** Adds to the answer every policy that applies to the request or fails on it. */
    public void evaluate(Environment environment, Answer answer) {
        Rule[] rules = candidates.of(environment);
        environment.begin(paths);
        for (Rule rule : rules) {
            try {
                if (rule.holds(environment)) {
                    answer.add(rule.policy());
                }
            } catch (EvaluationException e) {
                answer.fail(rule.policy(), e.text());
            }
        }
    }
}
