package rein.policy.syntax;

import rein.vocabulary.EntityUid;

/**
 * What a template's head says of its principal or resource: a whole test, or one whose entity is
 * the slot. Which slot is clear from the place: {@code ?principal} stands only in the principal's
 * test, {@code ?resource} only in the resource's.
 */
public sealed interface SlotTest {
    record Fixed(ScopeTest test) implements SlotTest {}

    record Equal() implements SlotTest {}

    record In() implements SlotTest {}

    record IsIn(String type) implements SlotTest {}

    default boolean isOpen() {
        return !(this instanceof Fixed);
    }

    /** The test with the entity in the slot; a whole test stays as it is. */
    default ScopeTest filled(EntityUid uid) {
        return switch (this) {
            case Fixed(ScopeTest test) -> test;
            case Equal() -> new ScopeTest.Equal(uid);
            case In() -> new ScopeTest.In(uid);
            case IsIn(String type) -> new ScopeTest.IsIn(type, uid);
        };
    }
}
