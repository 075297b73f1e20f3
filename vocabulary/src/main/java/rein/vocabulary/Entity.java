package rein.vocabulary;

import java.util.Map;
import java.util.Set;

/**
 * One entity of the slice that comes with a request.
 *
 * @param parents direct parents only; the evaluator closes over them
 */
public record Entity(
        EntityUid uid,
        Map<String, Value> attributes,
        Set<EntityUid> parents,
        Map<String, Value> tags) {
    public Entity {
        attributes = Map.copyOf(attributes);
        parents = Set.copyOf(parents);
        tags = Map.copyOf(tags);
    }

    public Entity(EntityUid uid, Set<EntityUid> parents) {
        this(uid, Map.of(), parents, Map.of());
    }
}
