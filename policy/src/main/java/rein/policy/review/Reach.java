package rein.policy.review;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Value;

/**
 * Who can reach what, by asking for every known agent, destination and way. What nobody knows is
 * not asked for, except for a host of no group, which stands for all the rest.
 */
public final class Reach {
    /** Stands for every host that is not named: reserved for it (RFC 6761 §6.4). */
    public static final String ANY_OTHER = "any-other-host.invalid";

    /** Agents times destinations times ways: a second of work. */
    public static final int ASKED_MAX = 500_000;

    /** An agent, as a run of it would be decided on. */
    public record Who(RunFacts facts) {
        public String name() {
            return facts.run().agent().name();
        }
    }

    /**
     * A host.
     *
     * @param named whether it has a name, and is no address
     */
    public record Destination(String host, Set<String> groups, boolean named) {
        public Destination {
            groups = Set.copyOf(groups);
        }
    }

    /** How it is asked for. */
    public record Way(long port, String protocol) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            int byPort = Long.compare(port, other.port);
            return byPort != 0 ? byPort : protocol.compareTo(other.protocol);
        }
    }

    /** That somebody can reach something. */
    public record Found(
            String agent, String host, Way way, Decision.Outcome outcome, List<String> policies) {}

    /**
     * What is reached.
     *
     * @param asked how many questions were decided
     * @param left questions that were not, since there were too many
     */
    public record Answer(List<Found> found, long asked, long left) {}

    private Reach() {}

    /** All that is not denied, by agent, host and way. */
    public static Answer of(
            Collection<Who> who,
            Collection<Destination> destinations,
            Collection<Way> ways,
            TextSet texts) {
        List<Found> found = new ArrayList<>();
        long asked = 0;
        long left = 0;
        for (Who each : who) {
            for (Destination destination : destinations) {
                for (Way way : ways) {
                    if (asked >= ASKED_MAX) {
                        left++;
                        continue;
                    }
                    asked++;
                    Decision decision = texts.decide(connect(each, destination, way), each.facts());
                    if (decision.outcome() != Decision.Outcome.DENY) {
                        found.add(
                                new Found(
                                        each.name(),
                                        destination.host(),
                                        way,
                                        decision.outcome(),
                                        decision.policies()));
                    }
                }
            }
        }
        return new Answer(found, asked, left);
    }

    /** Hosts that the texts name. */
    public static Set<String> hosts(List<PolicyText> texts) {
        Set<String> hosts = new TreeSet<>();
        Named.in(Placed.of(texts)).entities().stream()
                .filter(uid -> uid.type().equals("Host"))
                .forEach(uid -> hosts.add(uid.id()));
        return hosts;
    }

    /** Ports that the texts name, each with every protocol that they name. */
    public static Set<Way> ways(List<PolicyText> texts) {
        Named named = Named.in(Placed.of(texts));
        Set<Way> ways = new TreeSet<>();
        for (Value port : named.context().getOrDefault("port", Set.of())) {
            for (Value protocol : named.context().getOrDefault("protocol", Set.of())) {
                if (port instanceof Value.Int(long number)
                        && protocol instanceof Value.Text(String word)
                        && number > 0
                        && number < 65_536) {
                    ways.add(new Way(number, word));
                }
            }
        }
        return ways;
    }

    private static Request connect(Who who, Destination destination, Way way) {
        Map<String, Value> context = context(destination, way);
        context.put("route", Value.of("transparent"));
        context.put(NewRun.MEMBER, NewRun.facts());
        if (way.protocol().equals("http") || way.protocol().equals("websocket")) {
            context.put("method", Value.of("GET"));
        }
        return request(who, Action.NETWORK_CONNECT, destination, context);
    }

    /** Whether one person alone may grant it: the ceiling (ADR 0028). */
    public static Request grant(Who who, Destination destination, Way way) {
        return request(who, Action.NETWORK_GRANT, destination, context(destination, way));
    }

    private static Map<String, Value> context(Destination destination, Way way) {
        Map<String, Value> context = new HashMap<>();
        context.put("host", Value.of(destination.host()));
        context.put("port", Value.of(way.port()));
        context.put("protocol", Value.of(way.protocol()));
        context.put("named", Value.of(destination.named()));
        return context;
    }

    private static Request request(
            Who who, Action action, Destination destination, Map<String, Value> context) {
        EntityUid principal = new EntityUid("Agent", who.name());
        EntityUid blueprint = new EntityUid("Blueprint", who.facts().run().agent().blueprint());
        EntityUid host = new EntityUid("Host", destination.host());
        Set<EntityUid> groups = new TreeSet<>();
        destination.groups().forEach(name -> groups.add(new EntityUid("HostGroup", name)));
        return new Request(
                principal,
                action,
                host,
                context,
                List.of(
                        new Entity(
                                principal,
                                Map.of("owner", Value.of(who.facts().run().agent().owner())),
                                Set.of(blueprint),
                                Map.of()),
                        new Entity(blueprint, Set.of()),
                        new Entity(host, groups)));
    }
}
