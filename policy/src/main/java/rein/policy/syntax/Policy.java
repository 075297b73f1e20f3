package rein.policy.syntax;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One parsed policy.
 *
 * @param localId its {@code @id} annotation, or {@code policy<N>} by its place in the text from 0
 * @param conditions in their order; all must hold
 */
public record Policy(
        String localId,
        Position at,
        Effect effect,
        Map<String, String> annotations,
        ScopeTest principal,
        ScopeTest action,
        ScopeTest resource,
        List<Condition> conditions) {
    public enum Effect {
        PERMIT,
        FORBID
    }

    /**
     * {@code when {…}} or {@code unless {…}}.
     *
     * @param holdsWhen the value of the expression for which the condition holds
     */
    public record Condition(boolean holdsWhen, Expression expression) {}

    public Optional<String> annotation(String key) {
        return Optional.ofNullable(annotations.get(key));
    }

    public boolean permits() {
        return effect == Effect.PERMIT;
    }
}
