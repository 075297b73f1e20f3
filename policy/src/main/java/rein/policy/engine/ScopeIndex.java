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
 * by the entity that the head names as resource, then as principal, then as action. What names none
 * goes to {@code other} at that level. The candidates of a request are found by walking the tree
 * with the lineages of its resource, principal and action. Heads are tested again afterwards, so
 * the index may be generous but never leave one out.
 */
final class ScopeIndex {
    private static final int DEPTH = 3;

    private final Branch root;

    /** At the last level, {@code policies} is filled; above it, {@code named} and {@code other}. */
    private static final class Branch {
        private final Map<EntityUid, Branch> named = new HashMap<>();
        private final List<Branch> other = new ArrayList<>(1);
        private final List<CompiledPolicy> policies = new ArrayList<>(1);

        Branch named(EntityUid uid) {
            return named.computeIfAbsent(uid, _ -> new Branch());
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

    static ScopeIndex of(List<CompiledPolicy> policies) {
        Branch root = new Branch();
        policies.forEach(policy -> insert(root, policy, 0));
        return new ScopeIndex(root);
    }

    private static void insert(Branch branch, CompiledPolicy policy, int level) {
        if (level == DEPTH) {
            branch.policies.add(policy);
            return;
        }
        ScopeTest test =
                switch (level) {
                    case 0 -> policy.policy().resource();
                    case 1 -> policy.policy().principal();
                    default -> policy.policy().action();
                };
        switch (test) {
            case ScopeTest.Any(), ScopeTest.Is(_) -> insert(branch.other(), policy, level + 1);
            case ScopeTest.Equal(EntityUid uid) -> insert(branch.named(uid), policy, level + 1);
            case ScopeTest.In(EntityUid uid) -> insert(branch.named(uid), policy, level + 1);
            case ScopeTest.IsIn(_, EntityUid uid) -> insert(branch.named(uid), policy, level + 1);
            case ScopeTest.InAny(List<EntityUid> uids) ->
                    uids.forEach(uid -> insert(branch.named(uid), policy, level + 1));
        }
    }

    void visit(Environment environment, Consumer<CompiledPolicy> visitor) {
        visit(root, 0, environment, visitor);
    }

    private static void visit(
            Branch branch, int level, Environment environment, Consumer<CompiledPolicy> visitor) {
        if (level == DEPTH) {
            branch.policies.forEach(visitor);
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
        if (!branch.other.isEmpty()) {
            visit(branch.other.getFirst(), level + 1, environment, visitor);
        }
    }
}
