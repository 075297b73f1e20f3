package rein.policy.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import rein.policy.syntax.ScopeTest;
import rein.vocabulary.EntityUid;

/**
 * Finds the policies whose heads can hold, without looking at the others: a tree of three levels,
 * by the entity that the head names as resource, then as principal, then as action. What names only
 * a type goes to {@code typed}, what names nothing to {@code other} of that level. The candidates
 * of a request are found by walking the tree with the lineages of its resource, principal and
 * action. Heads are tested again afterwards, so the index may be generous but never leave one out.
 */
final class ScopeIndex {
    private static final int DEPTH = 3;

    private final Branch root;

    /** At the last level, {@code rules} is filled; above it, the others. */
    private static final class Branch {
        private final Map<EntityUid, Branch> named = new HashMap<>();
        private final Map<String, Branch> typed = new HashMap<>();
        private final List<Branch> other = new ArrayList<>(1);
        private final List<Rule> rules = new ArrayList<>(1);

        Branch named(EntityUid uid) {
            return named.computeIfAbsent(uid, _ -> new Branch());
        }

        Branch typed(String type) {
            return typed.computeIfAbsent(type, _ -> new Branch());
        }

        Branch other() {
            if (other.isEmpty()) {
                other.add(new Branch());
            }
            return other.getFirst();
        }
    }

    private ScopeIndex(Branch root) {
        this.root = root;
    }

    static ScopeIndex of(List<Rule> rules) {
        Branch root = new Branch();
        rules.forEach(rule -> insert(root, rule, 0));
        return new ScopeIndex(root);
    }

    private static void insert(Branch branch, Rule rule, int level) {
        if (level == DEPTH) {
            branch.rules.add(rule);
            return;
        }
        ScopeTest test =
                switch (level) {
                    case 0 -> rule.policy().policy().resource();
                    case 1 -> rule.policy().policy().principal();
                    default -> rule.policy().policy().action();
                };
        switch (test) {
            case ScopeTest.Any() -> insert(branch.other(), rule, level + 1);
            case ScopeTest.Is(String type) -> insert(branch.typed(type), rule, level + 1);
            case ScopeTest.Equal(EntityUid uid) -> insert(branch.named(uid), rule, level + 1);
            case ScopeTest.In(EntityUid uid) -> insert(branch.named(uid), rule, level + 1);
            case ScopeTest.IsIn(_, EntityUid uid) -> insert(branch.named(uid), rule, level + 1);
            case ScopeTest.InAny(List<EntityUid> uids) ->
                    uids.forEach(uid -> insert(branch.named(uid), rule, level + 1));
        }
    }

    void visit(Environment environment, Consumer<Rule> visitor) {
        visit(root, 0, environment, visitor);
    }

    private static void visit(
            Branch branch, int level, Environment environment, Consumer<Rule> visitor) {
        if (level == DEPTH) {
            branch.rules.forEach(visitor);
            return;
        }
        Lineage lineage =
                switch (level) {
                    case 0 -> environment.ofResource();
                    case 1 -> environment.ofPrincipal();
                    default -> environment.ofAction();
                };
        if (!branch.named.isEmpty()) {
            for (int i = 0; i < lineage.size(); i++) {
                Branch next = branch.named.get(lineage.get(i));
                if (next != null) {
                    visit(next, level + 1, environment, visitor);
                }
            }
        }
        Branch ofType = branch.typed.get(lineage.self().type());
        if (ofType != null) {
            visit(ofType, level + 1, environment, visitor);
        }
        if (!branch.other.isEmpty()) {
            visit(branch.other.getFirst(), level + 1, environment, visitor);
        }
    }
}
