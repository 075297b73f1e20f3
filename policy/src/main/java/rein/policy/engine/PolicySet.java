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
    private final boolean empty;

    public PolicySet(List<CompiledPolicy> policies) {
        Compiler compiler = new Compiler();
        List<Rule> rules = policies.stream().map(compiler::rule).toList();
        this.candidates = new Candidates(rules);
        this.paths = compiler.paths();
        this.empty = policies.isEmpty();
    }

    public boolean isEmpty() {
        return empty;
    }

    /** Adds to the answer every policy that applies to the request or fails on it. */
    public void evaluate(Environment environment, Answer answer) {
        Candidates.Found found = candidates.of(environment);
        environment.begin(paths);
        Rule[] rules = found.rules();
        long[] applying = new long[(rules.length + Long.SIZE - 1) / Long.SIZE];
        for (int i = 0; i < rules.length; i++) {
            try {
                if (rules[i].holds(environment)) {
                    int rank = found.ranks()[i];
                    applying[rank / Long.SIZE] |= 1L << rank;
                }
            } catch (EvaluationException e) {
                answer.fail(rules[i].policy(), e.text());
            }
        }
        // In the order of their ids, in which the answer wants them.
        for (int word = 0; word < applying.length; word++) {
            for (long rest = applying[word]; rest != 0; rest &= rest - 1) {
                int rank = word * Long.SIZE + Long.numberOfTrailingZeros(rest);
                answer.add(found.byId()[rank]);
            }
        }
    }
}
