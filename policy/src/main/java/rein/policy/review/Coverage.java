package rein.policy.review;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Printer;
import rein.policy.syntax.ScopeTest;

/**
 * Whether one policy applies to no request that another does not apply to, as far as their texts
 * show it. A no may be wrong, a yes is not: heads are compared part by part, and a policy with more
 * conditions applies to less.
 */
final class Coverage {
    private Coverage() {}

    /** Annotations that only people read. */
    private static final Set<String> WORDS = Set.of("id", "reason", "code", "next", "description");

    /** Annotations that make a permit wait for somebody's yes. */
    private static final Set<String> ASKING = Set.of("decision", "approval", "hold");

    /** The annotations that change what a decision is. */
    static Map<String, String> effects(Policy policy) {
        Map<String, String> effects = new TreeMap<>(policy.annotations());
        effects.keySet().removeAll(WORDS);
        return effects;
    }

    static boolean onlyAsks(Map<String, String> effects) {
        return ASKING.containsAll(effects.keySet());
    }

    static boolean isWithin(Policy inner, Policy outer) {
        return isWithin(inner.principal(), outer.principal())
                && isWithin(inner.action(), outer.action())
                && isWithin(inner.resource(), outer.resource())
                && conditions(inner).containsAll(conditions(outer));
    }

    private static boolean isWithin(ScopeTest inner, ScopeTest outer) {
        if (outer instanceof ScopeTest.Any || inner.equals(outer)) {
            return true;
        }
        // Something is in itself, so that equal is within in; whether it is in more, data tells.
        return switch (inner) {
            case ScopeTest.Equal equal ->
                    switch (outer) {
                        case ScopeTest.In in -> in.uid().equals(equal.uid());
                        case ScopeTest.InAny any -> any.uids().contains(equal.uid());
                        case ScopeTest.Is is -> is.type().equals(equal.uid().type());
                        case ScopeTest.IsIn both ->
                                both.type().equals(equal.uid().type())
                                        && both.uid().equals(equal.uid());
                        case ScopeTest.Any _, ScopeTest.Equal _ -> false;
                    };
            case ScopeTest.InAny few ->
                    outer instanceof ScopeTest.InAny many && many.uids().containsAll(few.uids());
            case ScopeTest.IsIn both ->
                    outer.equals(new ScopeTest.In(both.uid()))
                            || outer.equals(new ScopeTest.Is(both.type()));
            case ScopeTest.In in ->
                    outer instanceof ScopeTest.InAny many && many.uids().contains(in.uid());
            case ScopeTest.Any _, ScopeTest.Is _ -> false;
        };
    }

    /** What must hold, one by one, without places. */
    private static Set<String> conditions(Policy policy) {
        Set<String> all = new HashSet<>();
        for (Policy.Condition condition : policy.conditions()) {
            for (Expression part : parts(condition)) {
                all.add(condition.holdsWhen() + " " + Printer.expression(part));
            }
        }
        return all;
    }

    /** What a condition asks for, one by one; in {@code unless} only the whole can be told. */
    static List<Expression> parts(Policy.Condition condition) {
        List<Expression> parts = new ArrayList<>();
        if (condition.holdsWhen()) {
            conjuncts(condition.expression(), parts);
        } else {
            disjuncts(condition.expression(), parts);
        }
        return parts;
    }

    private static void conjuncts(Expression expression, List<Expression> into) {
        if (expression instanceof Expression.And and) {
            and.parts().forEach(part -> conjuncts(part, into));
        } else {
            into.add(expression);
        }
    }

    /** {@code unless { a || b }} asks that neither holds. */
    private static void disjuncts(Expression expression, List<Expression> into) {
        if (expression instanceof Expression.Or or) {
            or.parts().forEach(part -> disjuncts(part, into));
        } else {
            into.add(expression);
        }
    }
}
