package rein.gateway.egress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import rein.gateway.RunContext;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Request;
import rein.vocabulary.Run;
import rein.vocabulary.Value;

/**
 * What is asked of policy for one connection or one HTTP request.
 *
 * @param hello the ClientHello, where it is TLS
 * @param evidence first bytes or request line, masked; stored as content where the ask is denied
 * @param bannerAwaited whether the protocol is what policy permits and not yet what was seen
 */
record Ask(
        Destination to,
        Protocol protocol,
        Route route,
        Optional<String> method,
        Optional<ClientHello> hello,
        Optional<String> evidence,
        boolean bannerAwaited) {

    static Ask of(Destination to, Protocol protocol, Route route) {
        return new Ask(
                to, protocol, route, Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    Ask method(String value) {
        return new Ask(to, protocol, route, Optional.of(value), hello, evidence, bannerAwaited);
    }

    Ask hello(ClientHello value) {
        return new Ask(to, protocol, route, method, Optional.of(value), evidence, bannerAwaited);
    }

    Ask evidence(String value) {
        return new Ask(to, protocol, route, method, hello, Optional.of(value), bannerAwaited);
    }

    Ask protocol(Protocol value) {
        return new Ask(to, value, route, method, hello, evidence, bannerAwaited);
    }

    /** Nobody has spoken yet: it is dialed for this protocol, and the banner then judged. */
    Ask awaitingBanner() {
        return new Ask(to, protocol, route, method, hello, evidence, true);
    }

    EntityUid resource() {
        return new EntityUid("Host", to.host());
    }

    /** The way the goal was tried: three different ones at a denied goal are a finding. */
    String way() {
        return route.label() + "/" + protocol.label() + "/" + to.port();
    }

    /** The same, for a run and with the groups that it knows. */
    Request request(RunContext context) {
        return request(context.run(), context.groupsOf(to.host()));
    }

    /** The Cedar request of DESIGN §3 for {@code network:connect}. */
    Request request(Run run, Set<String> groups) {
        Agent agent = run.agent();
        EntityUid principal = new EntityUid("Agent", agent.name());
        EntityUid blueprint = new EntityUid("Blueprint", agent.blueprint());
        Set<EntityUid> hostGroups = new TreeSet<>();
        groups.forEach(group -> hostGroups.add(new EntityUid("HostGroup", group)));
        List<Entity> entities = new ArrayList<>();
        entities.add(
                new Entity(
                        principal,
                        Map.of("owner", new Value.Ref(new EntityUid("Person", agent.owner()))),
                        Set.of(blueprint),
                        Map.of()));
        entities.add(new Entity(blueprint, Set.of()));
        entities.add(new Entity(resource(), hostGroups));
        hostGroups.forEach(group -> entities.add(new Entity(group, Set.of())));
        Map<String, Value> context = new HashMap<>();
        context.put("host", Value.of(to.host()));
        context.put("port", Value.of(to.port()));
        context.put("protocol", Value.of(protocol.label()));
        context.put("route", Value.of(route.label()));
        context.put("named", Value.of(to.named()));
        method.ifPresent(value -> context.put("method", Value.of(value)));
        return new Request(principal, Action.NETWORK_CONNECT, resource(), context, entities);
    }
}
