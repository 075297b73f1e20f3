package rein.vocabulary;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole Cedar request: what a decision is made on, and what replay needs.
 *
 * @param entities the slice: every entity whose attributes or parents a policy may look at
 */
public record Request(
        EntityUid principal,
        Action action,
        EntityUid resource,
        Map<String, Value> context,
        List<Entity> entities) {
    public Request {
        context = Map.copyOf(context);
        entities = List.copyOf(entities);
    }

    /** The same request with one more thing known. */
    public Request with(String member, Value value) {
        Map<String, Value> more = new HashMap<>(context);
        more.put(member, value);
        return new Request(principal, action, resource, more, entities);
    }
}
