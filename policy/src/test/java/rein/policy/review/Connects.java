package rein.policy.review;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import rein.policy.Packs;
import rein.testkit.Samples;
import rein.vocabulary.Action;
import rein.vocabulary.Decision.Outcome;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Value;

/** Requests and texts for the tests of this package, in few words. */
final class Connects {
    private Connects() {}

    static Request to(String agent, String host, long port, String protocol, String... groups) {
        EntityUid who = new EntityUid("Agent", agent);
        EntityUid where = new EntityUid("Host", host);
        EntityUid blueprint = new EntityUid("Blueprint", Samples.agent(agent).blueprint());
        Set<EntityUid> in = new HashSet<>();
        Stream.of(groups).forEach(group -> in.add(new EntityUid("HostGroup", group)));
        Map<String, Value> context = new HashMap<>();
        context.put("host", Value.of(host));
        context.put("port", Value.of(port));
        context.put("protocol", Value.of(protocol));
        context.put("route", Value.of("transparent"));
        context.put("named", Value.of(true));
        if (protocol.equals("http")) {
            context.put("method", Value.of("GET"));
        }
        return new Request(
                who,
                Action.NETWORK_CONNECT,
                where,
                context,
                List.of(new Entity(who, Set.of(blueprint)), new Entity(where, in)));
    }

    static RunFacts facts(String agent, String pack, PolicyText... own) {
        return new RunFacts(Samples.run(agent, 1), pack, List.of(own), Set.of(), Map.of());
    }

    /** Decided by these texts under the pack, so often. */
    static Recorded recorded(TextSet texts, Request request, String pack, long times) {
        RunFacts facts = facts(request.principal().id(), pack);
        Outcome outcome = texts.decide(request, facts).outcome();
        return new Recorded(request, facts, outcome, outcome == Outcome.ALLOW, times);
    }

    static PolicyText fleet(String text) {
        return new PolicyText("fleet@1", new PolicyText.Scope.Fleet(), text);
    }

    /** The product's own and more. */
    static TextSet shippedAnd(PolicyText... more) {
        List<PolicyText> all = new ArrayList<>(Packs.all());
        all.addAll(List.of(more));
        return new TextSet(Samples.TENANT, all);
    }
}
