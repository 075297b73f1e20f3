package rein.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Problem;
import rein.policy.syntax.ScopeTest;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;

/**
 * What is permitted in a policy text but costs every decision: forbids whose heads name neither a
 * principal nor a resource. No index can leave them out, so each request evaluates all of them.
 */
public final class PolicyLint {
    /** So many for one action cost a decision less than its request does. */
    static final int PER_ACTION_MAX = 16;

    private PolicyLint() {}

    /**
     * Warnings, in the order of the text; none stops anybody from using it. A text that cannot be
     * used has none: {@link Policies#check} says what is wrong with it.
     */
    public static List<Problem> warnings(PolicyText text) {
        List<Policy> policies;
        try {
            policies = Policies.parse(text);
        } catch (PolicyException _) {
            return List.of();
        }
        List<Problem> warnings = new ArrayList<>();
        Map<String, List<Policy>> byAction = new TreeMap<>();
        for (Policy policy : policies) {
            if (policy.permits() || isNarrow(policy.principal()) || isNarrow(policy.resource())) {
                continue;
            }
            List<String> actions = actions(policy.action());
            if (actions.isEmpty()) {
                warnings.add(warning(text, policy, "every request evaluates this forbid"));
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
                warnings.add(warning(text, all.getFirst(), message));
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

    private static Problem warning(PolicyText text, Policy policy, String message) {
        return new Problem(
                text.name(),
                policy.at(),
                message,
                "name a principal or a resource in the head if it is meant for some");
    }
}
