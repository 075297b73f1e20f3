package rein.policy.syntax;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A policy with slots in its head. It decides nothing by itself: a {@link TemplateLink} makes a
 * policy of it.
 *
 * @param localId its {@code @id} annotation, or {@code policy<N>} by its place in the text from 0
 */
public record Template(
        String localId,
        Position at,
        Policy.Effect effect,
        Map<String, String> annotations,
        SlotTest principal,
        ScopeTest action,
        SlotTest resource,
        List<Policy.Condition> conditions) {
    public Set<Slot> slots() {
        Set<Slot> slots = EnumSet.noneOf(Slot.class);
        if (principal.isOpen()) {
            slots.add(Slot.PRINCIPAL);
        }
        if (resource.isOpen()) {
            slots.add(Slot.RESOURCE);
        }
        return slots;
    }
}
