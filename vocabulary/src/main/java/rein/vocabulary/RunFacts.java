package rein.vocabulary;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a decision may know of the run beyond the request. Read, decided on and updated under one
 * per-run lock.
 *
 * @param pack the policy pack the run was started with
 * @param policies the run's own policies ({@code --policy}, grants)
 * @param counters named counts so far, for example {@code denials}
 */
public record RunFacts(
        Run run,
        String pack,
        List<PolicyText> policies,
        Set<String> taints,
        Map<String, Long> counters) {
    public RunFacts {
        policies = List.copyOf(policies);
        taints = Set.copyOf(taints);
        counters = Map.copyOf(counters);
    }
}
