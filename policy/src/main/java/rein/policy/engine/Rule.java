package rein.policy.engine;

import rein.policy.value.EvaluationException;

/**
 * A policy of a set with its conditions compiled for that set. What {@code when} says holds, what
 * {@code unless} says is negated.
 */
@SuppressWarnings("ArrayRecordComponent") // read on every decision, never compared
record Rule(CompiledPolicy policy, Node[] conditions) {
    /** Equal for rules whose conditions run through the same code. */
    String kind() {
        StringBuilder kind = new StringBuilder();
        for (Node condition : conditions) {
            kind.append(condition.getClass().getName()).append(' ');
        }
        return kind.toString();
    }

    /** Whether all conditions hold, tried in their order. The head has been looked at already. */
    boolean holds(Environment environment) throws EvaluationException {
        for (Node condition : conditions) {
            if (!condition.holds(environment)) {
                return false;
            }
        }
        return true;
    }
}
