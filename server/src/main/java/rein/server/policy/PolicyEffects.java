package rein.server.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import rein.audit.AuditException;
import rein.audit.StoredRecord;
import rein.policy.Packs;
import rein.policy.review.Reach;
import rein.policy.review.Recorded;
import rein.policy.review.Replay;
import rein.policy.review.TextSet;
import rein.server.api.PolicyApi;
import rein.vocabulary.Agent;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Level;
import rein.vocabulary.PolicyText.Scope;
import rein.vocabulary.Run;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Value;

/** What a change of policies would do, from what was recorded and from what is known. */
public final class PolicyEffects {
    /** What the effect of an edit is computed from unless somebody says otherwise. */
    public static final Duration RANGE = Duration.ofHours(24);

    private final RecordedDecisions recorded;
    private final Function<String, Set<String>> groups;
    private final Function<String, Optional<String>> packOf;
    private final InstantSource clock;

    /**
     * @param groups of a host, on this node
     * @param packOf a blueprint
     */
    public PolicyEffects(
            RecordedDecisions recorded,
            Function<String, Set<String>> groups,
            Function<String, Optional<String>> packOf,
            InstantSource clock) {
        this.recorded = recorded;
        this.groups = groups;
        this.packOf = packOf;
        this.clock = clock;
    }

    public Instant now() {
        return clock.instant();
    }

    /** What the last day's requests of this scope would become. */
    public PolicyApi.Effect ofChange(String scope, TextSet now, TextSet next)
            throws AuditException {
        Instant to = now();
        return of(to.minus(RANGE), to, scope, found -> Replay.between(found, now, next));
    }

    /** What a range's requests of this scope would become. */
    public PolicyApi.Effect of(
            Instant from, Instant to, String scope, Function<List<Recorded>, Replay> replay)
            throws AuditException {
        RecordedDecisions.Found found = recorded.between(from, to, within(scope));
        List<Recorded> these =
                found.decisions().stream().filter(each -> covers(scope, each)).toList();
        return new PolicyApi.Effect(
                from, to, replay.apply(these), found.notReplayable(), found.more());
    }

    public RecordedDecisions.Found recorded(
            Instant from, Instant to, Predicate<StoredRecord> wanted) throws AuditException {
        return recorded.between(from, to, wanted);
    }

    private static Predicate<StoredRecord> within(String scope) {
        return Scopes.parse(scope) instanceof Scope.OfAgent(String name)
                ? record ->
                        record.text("agent").filter(id -> id.endsWith("/agent/" + name)).isPresent()
                : _ -> true;
    }

    private static boolean covers(String scope, Recorded each) {
        return switch (Scopes.parse(scope)) {
            case Scope.Fleet _, Scope.Pack _, Scope.OfRun _ -> true;
            case Scope.OfBlueprint(String name) ->
                    each.facts().run().agent().blueprint().equals(name);
            case Scope.OfAgent(String name) -> each.agent().equals(name);
        };
    }

    /**
     * An agent as a run of it would be decided on.
     *
     * @param pack instead of the one that its blueprint names
     */
    public Reach.Who who(Agent agent, Optional<String> pack) {
        Run run =
                new Run(
                        new UUID(0, 0),
                        Optional.empty(),
                        agent,
                        "",
                        Level.CONTAINED,
                        new TreeMap<>(),
                        Instant.EPOCH);
        String under = pack.or(() -> packOf.apply(agent.blueprint())).orElse(Packs.DEFAULT);
        return new Reach.Who(new RunFacts(run, under, List.of(), Set.of(), Map.of()));
    }

    public Reach.Destination destination(String host) {
        return new Reach.Destination(host, groups.apply(host), !Hosts.isAddress(host));
    }

    /** Hosts that were asked for, with the groups that they were in then. */
    public static Map<String, Reach.Destination> destinations(List<Recorded> all) {
        Map<String, Reach.Destination> hosts = new TreeMap<>();
        for (Recorded each : all) {
            EntityUid host = each.request().resource();
            Set<String> in = new TreeSet<>();
            each.request().entities().stream()
                    .filter(entity -> entity.uid().equals(host))
                    .map(Entity::parents)
                    .forEach(parents -> parents.forEach(parent -> in.add(parent.id())));
            hosts.putIfAbsent(
                    host.id(),
                    new Reach.Destination(
                            host.id(),
                            in,
                            !Value.of(false).equals(each.request().context().get("named"))));
        }
        return hosts;
    }

    /** Ways that were tried. */
    public static Set<Reach.Way> ways(List<Recorded> all) {
        Set<Reach.Way> ways = new TreeSet<>();
        for (Recorded each : all) {
            if (each.request().context().get("port") instanceof Value.Int(long port)
                    && each.request().context().get("protocol")
                            instanceof Value.Text(String word)) {
                ways.add(new Reach.Way(port, word));
            }
        }
        return ways;
    }

    /** Agents that asked, each as it was seen last. */
    public static Collection<Reach.Who> agents(List<Recorded> all) {
        Map<String, Reach.Who> agents = new LinkedHashMap<>();
        Map<String, RunFacts> facts = new HashMap<>();
        all.forEach(each -> facts.putIfAbsent(each.agent(), each.facts()));
        new TreeMap<>(facts)
                .forEach((name, known) ->
                        agents.put(
                                name,
                                new Reach.Who(
                                        new RunFacts(
                                                known.run(),
                                                known.pack(),
                                                List.of(),
                                                known.taints(),
                                                known.counters()))));
        return List.copyOf(agents.values());
    }
}
