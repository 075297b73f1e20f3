package rein.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import rein.gateway.Wanted;
import rein.policy.CedarDecisionPoint;
import rein.policy.GrantText;
import rein.respond.Denial;
import rein.server.node.LiveRun;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Request;
import rein.vocabulary.Run;
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
        Set<String> groups = live.groupsOf(denial.host());
        return GrantText.spoken(denial.protocol()).stream()
                .map(protocol ->
                        new Wanted(
                                denial.host(),
                                denial.port(),
                                protocol,
                                denial.named(),
                                denial.addressClass()))
                .anyMatch(wanted -> isAbove(wanted, live.run(), live.pack(), groups));
    }

    /**
     * The same for what is to be granted before it was denied.
     *
     * @param groups of the host
     */
    boolean isAbove(Wanted wanted, Run run, String pack, Set<String> groups) {
        RunFacts facts = new RunFacts(run, pack, List.of(), Set.of(), Map.of());
        return !decisions
                .decide(request(wanted, run.agent(), groups), snapshots.current(), facts)
                .allowed();
    }

    private static Request request(Wanted wanted, Agent agent, Set<String> groupNames) {
        EntityUid principal = new EntityUid("Agent", agent.name());
        EntityUid blueprint = new EntityUid("Blueprint", agent.blueprint());
        EntityUid host = new EntityUid("Host", wanted.host());
        Set<EntityUid> groups = new TreeSet<>();
        groupNames.forEach(name -> groups.add(new EntityUid("HostGroup", name)));
        Map<String, Value> context = new HashMap<>();
        context.put("host", Value.of(wanted.host()));
        context.put("port", Value.of(wanted.port()));
        context.put("protocol", Value.of(wanted.protocol()));
        context.put("named", Value.of(wanted.named()));
        wanted.addressClass().ifPresent(of -> context.put("addressClass", Value.of(of)));
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
