package rein.policy.engine;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import rein.policy.syntax.ScopeTest;
import rein.vocabulary.EntityUid;

/** An entity and all its ancestors; the entity comes first. */
final class Lineage {
    /** Up to here comparing one by one is quicker than hashing. */
    private static final int SMALL = 8;

    private EntityUid[] uids;
    private int size = 1;
    private Set<EntityUid> lookup = Set.of();

    Lineage(EntityUid self) {
        this.uids = new EntityUid[] {self};
    }

    /** Adds an ancestor, unless it is there. Only while the lineage is made. */
    void add(EntityUid ancestor) {
        if (contains(ancestor)) {
            return;
        }
        if (size == uids.length) {
            uids = Arrays.copyOf(uids, size == 1 ? 4 : size * 2);
        }
        uids[size++] = ancestor;
        if (size > SMALL) {
            if (lookup.isEmpty()) {
                lookup = new HashSet<>(Arrays.asList(uids).subList(0, size));
            }
            lookup.add(ancestor);
        }
    }

    boolean contains(EntityUid uid) {
        if (size > SMALL) {
            return lookup.contains(uid);
        }
        for (int i = 0; i < size; i++) {
            if (uids[i].equals(uid)) {
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

    EntityUid self() {
        return uids[0];
    }

    int size() {
        return size;
    }

    EntityUid get(int index) {
        return uids[index];
    }

    /** Whether a head's test holds for the entity whose lineage this is. */
    boolean satisfies(ScopeTest test) {
        return switch (test) {
            case ScopeTest.Any() -> true;
            case ScopeTest.Equal(EntityUid uid) -> self().equals(uid);
            case ScopeTest.In(EntityUid uid) -> contains(uid);
            case ScopeTest.InAny(List<EntityUid> uids) -> containsAny(uids);
            case ScopeTest.Is(String type) -> self().type().equals(type);
            case ScopeTest.IsIn(String type, EntityUid uid) ->
                    self().type().equals(type) && contains(uid);
        };
    }
}
