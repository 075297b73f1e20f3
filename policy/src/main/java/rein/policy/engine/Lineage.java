package rein.policy.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import rein.policy.syntax.ScopeTest;
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

    /** Whether a head's test holds for the entity whose lineage this is. */
    boolean satisfies(ScopeTest test) {
        EntityUid subject = get(0);
        return switch (test) {
            case ScopeTest.Any() -> true;
            case ScopeTest.Equal(EntityUid uid) -> subject.equals(uid);
            case ScopeTest.In(EntityUid uid) -> contains(uid);
            case ScopeTest.InAny(List<EntityUid> uids) -> containsAny(uids);
            case ScopeTest.Is(String type) -> subject.type().equals(type);
            case ScopeTest.IsIn(String type, EntityUid uid) ->
                    subject.type().equals(type) && contains(uid);
        };
    }
}
