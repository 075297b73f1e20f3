package rein.policy.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rein.policy.value.Datum;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/**
 * One request while it is being decided. What several policies ask for, lineages and the values at
 * the ends of paths, is found once. Used by one thread.
 */
public final class Environment {
    private static final @Nullable Datum[] NOTHING = new Datum[0];

    private final EntityUid principal;
    private final EntityUid action;
    private final EntityUid resource;
    private final Map<String, Value> context;
    private final Slice slice;
    private final Lineage ofPrincipal;
    private final Lineage ofAction;
    private final Lineage ofResource;
    private @Nullable Map<EntityUid, Lineage> otherLineages;
    private @Nullable Datum[] found = NOTHING;

    public Environment(
            EntityUid principal,
            EntityUid action,
            EntityUid resource,
            Map<String, Value> context,
            List<Entity> entities) {
        this.principal = principal;
        this.action = action;
        this.resource = resource;
        this.context = context;
        this.slice = new Slice(entities);
        this.ofPrincipal = slice.lineage(principal);
        this.ofAction = slice.lineage(action);
        this.ofResource = slice.lineage(resource);
    }

    public static Environment of(Request request) {
        return new Environment(
                request.principal(),
                request.action().uid(),
                request.resource(),
                request.context(),
                request.entities());
    }

    /** Before a set's policies are evaluated: forgets what was found for another set's paths. */
    void begin(int paths) {
        found = paths == 0 ? NOTHING : new Datum[paths];
    }

    /** What {@link #keep} kept for this path of the set; null if nothing yet. */
    @Nullable Datum found(int path) {
        return found[path];
    }

    void keep(int path, Datum value) {
        found[path] = value;
    }

    EntityUid principal() {
        return principal;
    }

    EntityUid action() {
        return action;
    }

    EntityUid resource() {
        return resource;
    }

    Map<String, Value> context() {
        return context;
    }

    Lineage ofPrincipal() {
        return ofPrincipal;
    }

    Lineage ofAction() {
        return ofAction;
    }

    Lineage ofResource() {
        return ofResource;
    }

    /** The entity of the slice; of two with one uid, the first. */
    Optional<Entity> entity(EntityUid uid) {
        return slice.find(uid);
    }

    Lineage lineage(EntityUid uid) {
        if (uid.equals(principal)) {
            return ofPrincipal;
        }
        if (uid.equals(resource)) {
            return ofResource;
        }
        if (otherLineages == null) {
            otherLineages = new HashMap<>();
        }
        return otherLineages.computeIfAbsent(uid, slice::lineage);
    }
}
