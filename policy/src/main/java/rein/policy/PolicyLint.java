package rein.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Problem;
import rein.policy.syntax.ScopeTest;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * What is permitted in a policy text but costs every decision: forbids whose heads name neither a
 * principal nor a resource. No index can leave them out, so each request evaluates all of them.
 */
final class PolicyLint {
    /** So many for one action cost a decision less than its request does. */
    static final int PER_ACTION_MAX = 16;

    private PolicyLint() {}

    /**
     * Warnings, in the order of the text.
     *
     * @param name of the text
     */
    static List<Problem> warnings(String name, List<Policy> policies) {
        List<Problem> warnings = new ArrayList<>();
        Map<String, List<Policy>> byAction = new TreeMap<>();
        for (Policy policy : policies) {
            if (policy.permits() || isNarrow(policy.principal()) || isNarrow(policy.resource())) {
                continue;
            }
            List<String> actions = actions(policy.action());
            if (actions.isEmpty()) {
                warnings.add(warning(name, policy, "every request evaluates this forbid"));
            }
            actions.forEach(a -> byAction.computeIfAbsent(a, _ -> new ArrayList<>()).add(policy));
        }
        byAction.forEach((action, all) -> {
            if (all.size() > PER_ACTION_MAX) {
                String message =
                        "every request for "
                                + action
                                + " evaluates this forbid and "
                                + (all.size() - 1)
                                + " like it";
                warnings.add(warning(name, all.getFirst(), message));
            }
        });
        return List.copyOf(warnings);
    }

    private static boolean isNarrow(ScopeTest test) {
        return switch (test) {
            // A type alone is shared by nearly all requests for an action.
            case ScopeTest.Any(), ScopeTest.Is(_) -> false;
            case ScopeTest.Equal(_), ScopeTest.In(_), ScopeTest.InAny(_), ScopeTest.IsIn(_, _) ->
                    true;
        };
    }

    /** The actions that the head names; none for every action. */
    private static List<String> actions(ScopeTest test) {
        return switch (test) {
            case ScopeTest.Any(), ScopeTest.Is(_), ScopeTest.IsIn(_, _) -> List.of();
            case ScopeTest.Equal(EntityUid uid) -> List.of(Quoting.literal(uid));
            case ScopeTest.In(EntityUid uid) -> List.of(Quoting.literal(uid));
            case ScopeTest.InAny(List<EntityUid> uids) ->
                    uids.stream().map(Quoting::literal).toList();
        };
    }

    private static Problem warning(String name, Policy policy, String message) {
        return new Problem(
                name,
                policy.at(),
                message,
                "name a principal or a resource in the head if it is meant for some");
    }
}
