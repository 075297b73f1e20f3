package rein.policy.engine;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;

/**
 * The entities that come with a request, found by uid. Of two with one uid the first counts. A
 * large slice is hashed once, on the first look: an open table costs less than a map's nodes.
 */
final class Slice {
    /** Up to here looking through the list is quicker than building a table. */
    private static final int SMALL = 6;

    private final List<Entity> entities;
    private @Nullable Entity @Nullable [] table;

    Slice(List<Entity> entities) {
        this.entities = entities;
    }

    Optional<Entity> find(EntityUid uid) {
        return Optional.ofNullable(get(uid));
    }

    /** An entity and all its ancestors, breadth first; each once, so that a cycle ends. */
    Lineage lineage(EntityUid start) {
        Lineage lineage = new Lineage(start);
        for (int i = 0; i < lineage.size(); i++) {
            Entity entity = get(lineage.get(i));
            if (entity != null && !entity.parents().isEmpty()) {
                entity.parents().forEach(lineage::add);
            }
        }
        return lineage;
    }

    private @Nullable Entity get(EntityUid uid) {
        if (entities.size() <= SMALL) {
            for (int i = 0; i < entities.size(); i++) {
                if (entities.get(i).uid().equals(uid)) {
                    return entities.get(i);
                }
            }
            return null;
        }
        @Nullable Entity[] slots = table == null ? build() : table;
        int mask = slots.length - 1;
        for (int i = spread(uid) & mask; ; i = (i + 1) & mask) {
            Entity there = slots[i];
            if (there == null || there.uid().equals(uid)) {
                return there;
            }
        }
    }

    /** At most half full, so that a look ends soon. */
    private @Nullable Entity[] build() {
        int length = Integer.highestOneBit(entities.size() * 4 - 1);
        @Nullable Entity[] slots = new Entity[length];
        int mask = length - 1;
        for (int e = 0; e < entities.size(); e++) {
            Entity entity = entities.get(e);
            int i = spread(entity.uid()) & mask;
            while (true) {
                Entity there = slots[i];
                if (there == null) {
                    slots[i] = entity;
                    break;
                }
                if (there.uid().equals(entity.uid())) {
                    break;
                }
                i = (i + 1) & mask;
            }
        }
        table = slots;
        return slots;
    }

    private static int spread(EntityUid uid) {
        int hash = uid.type().hashCode() * 31 + uid.id().hashCode();
        return hash ^ (hash >>> 16);
    }
}
