package rein.policy.check;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import rein.policy.schema.Type;

/**
 * What checking an expression told.
 *
 * @param type empty when a mistake inside leaves it open
 * @param sound false once a mistake was found in it
 * @param facts what is known to be there wherever the expression is true; none when it is not sound
 */
record Typed(Optional<Type> type, boolean sound, Set<Fact> facts) {
    static final Typed UNKNOWN = new Typed(Optional.empty(), false, Set.of());

    Typed {
        facts = sound ? facts : Set.of();
    }

    static Typed of(Type type) {
        return new Typed(Optional.of(type), true, Set.of());
    }

    static Typed of(Type type, boolean sound) {
        return new Typed(Optional.of(type), sound, Set.of());
    }

    boolean is(Type wanted) {
        return type.isPresent() && type.get().equals(wanted);
    }

    /** Two parts of which both hold. */
    Typed and(Typed right) {
        boolean both = sound && right.sound;
        if (type.isEmpty() || right.type.isEmpty()) {
            return of(Type.Bool.ANY, false);
        }
        if (is(Type.Bool.FALSE) || right.is(Type.Bool.FALSE)) {
            return of(Type.Bool.FALSE, both);
        }
        Type whole = right.is(Type.Bool.TRUE) ? type.get() : right.type.get();
        if (!is(Type.Bool.TRUE) && !right.is(Type.Bool.TRUE)) {
            whole = Type.Bool.ANY;
        }
        return new Typed(Optional.of(whole), both, union(facts, right.facts));
    }

    /** Two parts of which one holds; which one is known only when the other never does. */
    Typed or(Typed right) {
        boolean both = sound && right.sound;
        if (type.isEmpty() || right.type.isEmpty()) {
            return of(Type.Bool.ANY, false);
        }
        if (right.is(Type.Bool.TRUE)) {
            return new Typed(right.type, both, right.facts);
        }
        if (right.is(Type.Bool.FALSE)) {
            return new Typed(type, both, facts);
        }
        if (is(Type.Bool.FALSE)) {
            return new Typed(right.type, both, right.facts);
        }
        return new Typed(Optional.of(Type.Bool.ANY), both, shared(facts, right.facts));
    }

    Typed not() {
        if (type.isEmpty()) {
            return of(Type.Bool.ANY, false);
        }
        if (is(Type.Bool.TRUE)) {
            return of(Type.Bool.FALSE, sound);
        }
        return of(is(Type.Bool.FALSE) ? Type.Bool.TRUE : Type.Bool.ANY, sound);
    }

    static Set<Fact> union(Set<Fact> one, Set<Fact> other) {
        if (one.isEmpty()) {
            return other;
        }
        Set<Fact> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    static Set<Fact> shared(Set<Fact> one, Set<Fact> other) {
        Set<Fact> both = new HashSet<>(one);
        both.retainAll(other);
        return both;
    }
}
