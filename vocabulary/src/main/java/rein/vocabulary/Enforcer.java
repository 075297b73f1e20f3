package rein.vocabulary;

import java.util.Set;

/**
 * An enforcement point. Registered in {@code Main}; the receipt lists all that are registered, not
 * all that answered.
 */
@FunctionalInterface
public interface Enforcer {
    /**
     * Takes effect before it returns; safe to call again with the same order. One cut for each run
     * covered.
     */
    Set<Cut> cut(StopOrder order);
}
