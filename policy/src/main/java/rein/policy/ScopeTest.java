package rein.policy;

import java.util.List;
import rein.vocabulary.EntityUid;

/** What a policy's head says of its principal, action or resource. */
sealed interface ScopeTest {
    record Any() implements ScopeTest {}

    record Equal(EntityUid uid) implements ScopeTest {}

    record In(EntityUid uid) implements ScopeTest {}

    /** For actions only: {@code action in [a, b]}. */
    record InAny(List<EntityUid> uids) implements ScopeTest {}

    record Is(String type) implements ScopeTest {}

    record IsIn(String type, EntityUid uid) implements ScopeTest {}

    /** Whether it holds for the subject, whose lineage is itself and all its ancestors. */
    default boolean holds(EntityUid subject, Lineage lineage) {
        return switch (this) {
            case Any() -> true;
            case Equal(EntityUid uid) -> subject.equals(uid);
            case In(EntityUid uid) -> lineage.contains(uid);
            case InAny(List<EntityUid> uids) -> lineage.containsAny(uids);
            case Is(String type) -> subject.type().equals(type);
            case IsIn(String type, EntityUid uid) ->
                    subject.type().equals(type) && lineage.contains(uid);
        };
    }
}
