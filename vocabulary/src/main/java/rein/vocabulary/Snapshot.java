package rein.vocabulary;

import java.util.List;

/**
 * All that a node decides from, as one numbered whole. A node keeps the highest number it has seen
 * and refuses a lower one.
 *
 * @param epoch revocation epoch; only grows
 * @param stops stop orders in force, applied before any new run or lease
 */
public record Snapshot(
        Tenant tenant, long number, long epoch, List<PolicyText> policies, List<StopOrder> stops) {
    public Snapshot {
        policies = List.copyOf(policies);
        stops = List.copyOf(stops);
        if (number < 0 || epoch < 0) {
            throw new IllegalArgumentException("snapshot number " + number + ", epoch " + epoch);
        }
    }
}
