package rein.policy.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/** One request while it is being decided. Used by one thread. */
public final class Environment {
    /** Up to here looking through the slice is quicker than building a map. */
    private static final int SMALL = 8;

    private final EntityUid principal;
    private final EntityUid action;
    private final EntityUid resource;
    private final Map<String, Value> context;
    private final List<Entity> slice;
    private final Map<EntityUid, Entity> entities;
    private final Map<EntityUid, Lineage> lineages = new HashMap<>();
    private final Optional<Entity> principalEntity;
    private final Optional<Entity> resourceEntity;
    private final Lineage ofPrincipal;
    private final Lineage ofAction;
    private final Lineage ofResource;

    public Environment(
            EntityUid principal,
            EntityUid action,
            EntityUid resource,
            Map<String, Value> context,
            List<Entity> slice) {
        this.principal = principal;
        this.action = action;
        this.resource = resource;
        this.context = context;
        this.slice = slice;
        this.entities = byUid(slice);
        this.principalEntity = entity(principal);
        this.resourceEntity = entity(resource);
        this.ofPrincipal = climb(principal);
        this.ofAction = climb(action);
        this.ofResource = climb(resource);
    }

    public static Environment of(Request request) {
        return new Environment(
                request.principal(),
                request.action().uid(),
                request.resource(),
                request.context(),
                request.entities());
    }

    private static Map<EntityUid, Entity> byUid(List<Entity> slice) {
        if (slice.size() <= SMALL) {
            return Map.of();
        }
        Map<EntityUid, Entity> map = HashMap.newHashMap(slice.size());
        for (Entity entity : slice) {
            map.putIfAbsent(entity.uid(), entity);
        }
        return map;
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

    Optional<Entity> principalEntity() {
        return principalEntity;
    }

    Optional<Entity> resourceEntity() {
        return resourceEntity;
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
        if (slice.size() > SMALL) {
            return Optional.ofNullable(entities.get(uid));
        }
        for (int i = 0; i < slice.size(); i++) {
            if (slice.get(i).uid().equals(uid)) {
                return Optional.of(slice.get(i));
            }
        }
        return Optional.empty();
    }

    Lineage lineage(EntityUid uid) {
        if (uid.equals(principal)) {
            return ofPrincipal;
        }
        if (uid.equals(resource)) {
            return ofResource;
        }
        Lineage known = lineages.get(uid);
        if (known == null) {
            known = climb(uid);
            lineages.put(uid, known);
        }
        return known;
    }

    /** Breadth first; each ancestor once, so that a cycle ends. */
    private Lineage climb(EntityUid start) {
        Optional<Entity> first = entity(start);
        if (first.isEmpty() || first.get().parents().isEmpty()) {
            return new Lineage(List.of(start));
        }
        List<EntityUid> found = new ArrayList<>(4);
        found.add(start);
        Map<EntityUid, Boolean> seen = new HashMap<>();
        seen.put(start, true);
        for (int i = 0; i < found.size(); i++) {
            Optional<Entity> entity = entity(found.get(i));
            if (entity.isEmpty()) {
                continue;
            }
            for (EntityUid parent : entity.get().parents()) {
                if (seen.put(parent, true) == null) {
                    found.add(parent);
                }
            }
        }
        return new Lineage(found);
    }
}
