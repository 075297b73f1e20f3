package rein.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import rein.vocabulary.EntityUid;

/** An entity and all its ancestors; the entity comes first. */
final class Lineage {
    /** Up to here comparing one by one is quicker than hashing. */
    private static final int SMALL = 8;

    private final List<EntityUid> uids;
    private final Set<EntityUid> lookup;

    Lineage(List<EntityUid> uids) {
        this.uids = uids;
        this.lookup = uids.size() > SMALL ? new HashSet<>(uids) : Set.of();
    }

    boolean contains(EntityUid uid) {
        if (!lookup.isEmpty()) {
            return lookup.contains(uid);
        }
        for (int i = 0; i < uids.size(); i++) {
            if (uids.get(i).equals(uid)) {
                return true;
            }
        }
        return false;
    }

    boolean containsAny(List<EntityUid> candidates) {
        for (int i = 0; i < candidates.size(); i++) {
            if (contains(candidates.get(i))) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return uids.size();
    }

    EntityUid get(int index) {
        return uids.get(index);
    }
}
