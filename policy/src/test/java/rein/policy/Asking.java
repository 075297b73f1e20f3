package rein.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rein.testkit.Samples;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Decision;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Value;

/** Requests for tests, in few words. By default named TLS on port 443. */
final class Asking {
    private final EntityUid principal;
    private final Action action;
    private final EntityUid resource;
    private final Map<String, Value> context = new HashMap<>();
    private final List<Entity> entities = new ArrayList<>();

    private Asking(EntityUid principal, Action action, EntityUid resource) {
        this.principal = principal;
        this.action = action;
        this.resource = resource;
    }

    /** The agent wants to reach the host, which is in the groups. */
    static Asking connect(String agent, String host, String... groups) {
        EntityUid who = new EntityUid("Agent", agent);
        EntityUid where = new EntityUid("Host", host);
        Asking asking = new Asking(who, Action.NETWORK_CONNECT, where);
        asking.with("host", Value.of(host))
                .with("port", Value.of(443))
                .with("protocol", Value.of("tls"))
                .with("route", Value.of("transparent"))
                .with("named", Value.of(true))
                .with("run", run(Map.of()));
        Agent sample = Samples.agent(agent);
        asking.entities.add(
                new Entity(who, Set.of(new EntityUid("Blueprint", sample.blueprint()))));
        asking.entities.add(new Entity(where, uids("HostGroup", groups)));
        return asking;
    }

    /** The facts of a run that has done nothing yet, but for these. */
    static Value run(Map<String, Value> but) {
        Map<String, Value> facts = new HashMap<>();
        for (String counted :
                List.of(
                        "decisions",
                        "denials",
                        "deniedHosts",
                        "sentBytes",
                        "receivedBytes",
                        "approvals",
                        "newBinaries")) {
            facts.put(counted, count(0));
        }
        facts.put("newHost", Value.of(true));
        facts.put("openConnections", Value.of(1));
        facts.put("taints", new Value.SetOf(Set.of()));
        facts.putAll(but);
        return new Value.Struct(facts);
    }

    /** So much in each window. */
    static Value count(long number) {
        return new Value.Struct(
                Map.of(
                        "minute", Value.of(number),
                        "tenMinutes", Value.of(number),
                        "hour", Value.of(number),
                        "all", Value.of(number)));
    }

    /** A person wants something of the management API. */
    static Asking admin(String person, String role, String action, EntityUid resource) {
        EntityUid who = new EntityUid("Person", person);
        Asking asking = new Asking(who, new Action(action), resource);
        asking.entities.add(new Entity(who, uids("Role", role)));
        return asking;
    }

    Asking owned(String owner, String... sponsors) {
        Set<Value> refs = new HashSet<>();
        for (String sponsor : sponsors) {
            refs.add(new Value.Ref(new EntityUid("Person", sponsor)));
        }
        Map<String, Value> attributes =
                Map.of(
                        "owner",
                        new Value.Ref(new EntityUid("Person", owner)),
                        "sponsors",
                        new Value.SetOf(refs));
        entities.add(new Entity(resource, attributes, Set.of(), Map.of()));
        return this;
    }

    Asking with(String member, Value value) {
        context.put(member, value);
        return this;
    }

    Asking with(String member, String value) {
        return with(member, Value.of(value));
    }

    Asking without(String member) {
        context.remove(member);
        return this;
    }

    Request request() {
        return new Request(principal, action, resource, context, entities);
    }

    /** Decides with the product's own policies, in a run that chose the pack. */
    Decision inPack(String pack) {
        return new CedarDecisionPoint()
                .decide(request(), snapshot(Packs.all()), facts(principal.id(), pack, List.of()));
    }

    /** Decides with the product's own policies, as the management API does. */
    Decision asPerson() {
        return new CedarDecisionPoint().decide(request(), snapshot(Packs.all()));
    }

    static Snapshot snapshot(List<PolicyText> policies) {
        return new Snapshot(Samples.TENANT, 1, 0, policies, List.of());
    }

    static RunFacts facts(String agent, String pack, List<PolicyText> policies) {
        return new RunFacts(Samples.run(agent, 1), pack, policies, Set.of(), Map.of());
    }

    private static Set<EntityUid> uids(String type, String... ids) {
        Set<EntityUid> uids = new HashSet<>();
        for (String id : ids) {
            uids.add(new EntityUid(type, id));
        }
        return uids;
    }
}
