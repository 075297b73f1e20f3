package rein.server;

import java.util.List;
import java.util.Map;
import java.util.Set;
import rein.server.http.Route;
import rein.vocabulary.Agent;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/** What somebody answers for, as a policy sees it: a resource with an owner. */
final class Owned {
    private Owned() {}

    /** Something of that kind that this person would own. */
    static Route.On by(String person, String type, String id) {
        EntityUid uid = new EntityUid(type, id);
        Map<String, Value> attributes =
                Map.of("owner", new Value.Ref(new EntityUid("Person", person)));
        return new Route.On(uid, List.of(new Entity(uid, attributes, Set.of(), Map.of())));
    }

    static Route.On agent(Agent agent) {
        return by(agent.owner(), "Agent", agent.name());
    }
}
