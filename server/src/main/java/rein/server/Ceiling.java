package rein.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import rein.policy.CedarDecisionPoint;
import rein.policy.GrantText;
import rein.respond.Denial;
import rein.server.node.LiveRun;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Value;

/**
 * Whether one person alone may grant something: policies on {@code network:grant}, decided like
 * everything else from the fleet's and the blueprint's policies. What they do not permit, or cannot
 * decide, is above the ceiling.
 */
final class Ceiling {
    private final CedarDecisionPoint decisions;
    private final SnapshotStore snapshots;

    Ceiling(CedarDecisionPoint decisions, SnapshotStore snapshots) {
        this.decisions = decisions;
        this.snapshots = snapshots;
    }

    boolean isAbove(Denial denial, LiveRun live) {
        RunFacts facts = new RunFacts(live.run(), live.pack(), List.of(), Set.of(), Map.of());
        return !GrantText.spoken(denial.protocol()).stream()
                .allMatch(protocol ->
                        decisions
                                .decide(request(denial, protocol, live), snapshots.current(), facts)
                                .allowed());
    }

    private static Request request(Denial denial, String protocol, LiveRun live) {
        Agent agent = live.run().agent();
        EntityUid principal = new EntityUid("Agent", agent.name());
        EntityUid blueprint = new EntityUid("Blueprint", agent.blueprint());
        EntityUid host = new EntityUid("Host", denial.host());
        Set<EntityUid> groups = new TreeSet<>();
        live.groupsOf(denial.host()).forEach(name -> groups.add(new EntityUid("HostGroup", name)));
        Map<String, Value> context = new HashMap<>();
        context.put("host", Value.of(denial.host()));
        context.put("port", Value.of(denial.port()));
        context.put("protocol", Value.of(protocol));
        context.put("named", Value.of(denial.named()));
        denial.addressClass().ifPresent(of -> context.put("addressClass", Value.of(of)));
        return new Request(
                principal,
                Action.NETWORK_GRANT,
                host,
                context,
                List.of(
                        new Entity(
                                principal,
                                Map.of(
                                        "owner",
                                        new Value.Ref(new EntityUid("Person", agent.owner()))),
                                Set.of(blueprint),
                                Map.of()),
                        new Entity(blueprint, Set.of()),
                        new Entity(host, groups)));
    }
}
