package rein.policy.syntax;

import java.util.List;
import rein.vocabulary.EntityUid;

/** What a policy's head says of its principal, action or resource. */
public sealed interface ScopeTest {
    record Any() implements ScopeTest {}

    record Equal(EntityUid uid) implements ScopeTest {}

    record In(EntityUid uid) implements ScopeTest {}

    /** For actions only: {@code action in [a, b]}. */
    record InAny(List<EntityUid> uids) implements ScopeTest {}

    record Is(String type) implements ScopeTest {}

    record IsIn(String type, EntityUid uid) implements ScopeTest {}
}
