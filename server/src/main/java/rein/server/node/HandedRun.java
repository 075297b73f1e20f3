package rein.server.node;

import java.util.List;
import java.util.NavigableSet;
import rein.gateway.RunLedger;
import rein.gateway.egress.KnownNames;
import rein.sandbox.HandedSandbox;
import rein.vocabulary.PolicyText;

/**
 * What one run has with its node and takes along to the next. Its lease is granted anew, stop
 * orders are in the journal, records in the log; what detectors remember of it is not kept.
 *
 * @param policies the run's own
 * @param forges hosts that its work folder granted it when it began
 * @param pid the process that asked to become the run
 * @param attended a person sits at its terminal
 * @param names each keeps its address
 */
public record HandedRun(
        HandedSandbox sandbox,
        String pack,
        List<Policy> policies,
        NavigableSet<String> forges,
        long pid,
        boolean attended,
        long findings,
        RunLedger.Copy ledger,
        KnownNames names) {
    /** Name and text of a policy that applies to this run alone. */
    public record Policy(String name, String text) {}

    public HandedRun {
        policies = List.copyOf(policies);
    }

    static HandedRun of(LiveRun live, HandedSandbox sandbox, KnownNames names) {
        return new HandedRun(
                sandbox,
                live.pack(),
                live.policies().stream()
                        .map(policy -> new Policy(policy.name(), policy.text()))
                        .toList(),
                live.groups().forges(),
                live.pid(),
                live.attended(),
                live.findings(),
                live.ledger().copy(),
                names);
    }

    List<PolicyText> texts() {
        return policies.stream()
                .map(policy ->
                        new PolicyText(policy.name(), new PolicyText.Scope.OfRun(), policy.text()))
                .toList();
    }
}
