package rein.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import rein.policy.syntax.ScopeTest;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * Whether a policy that parses can be enforced: its head and annotations here, its conditions in
 * {@link ConditionCheck}. Stricter than Cedar, which takes what it does not know for something that
 * never holds.
 */
final class MeaningCheck {
    private static final List<String> ANNOTATIONS =
            List.of("id", "reason", "code", "next", "decision", "description");

    /** Reason codes are for machines. */
    private static final java.util.regex.Pattern CODE =
            java.util.regex.Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    private final String text;
    private final Policy policy;
    private final List<Problem> problems = new ArrayList<>();

    private MeaningCheck(String text, Policy policy) {
        this.text = text;
        this.policy = policy;
    }

    static List<Problem> check(String text, Policy policy) {
        MeaningCheck check = new MeaningCheck(text, policy);
        check.annotations();
        Set<String> actions = check.actions();
        check.head(actions);
        ConditionCheck conditions = new ConditionCheck(text, actions, check.problems);
        conditions.check(policy.conditions());
        return check.problems;
    }

    /** A misspelt annotation would turn {@code @decision("approval")} into a plain permit. */
    private void annotations() {
        for (Map.Entry<String, String> annotation : policy.annotations().entrySet()) {
            String key = annotation.getKey();
            String value = annotation.getValue();
            if (!ANNOTATIONS.contains(key)) {
                problem("unknown annotation @" + key, Spelling.help(key, ANNOTATIONS));
            } else if (key.equals("code") && !CODE.matcher(value).matches()) {
                problem(
                        "@code is " + Quoting.literal(value),
                        "a code has up to 64 lower-case letters, digits and dashes");
            } else if (key.equals("decision") && !(value.equals("approval") && policy.permits())) {
                problem(
                        "@decision is " + Quoting.literal(value),
                        "only @decision(\"approval\") on a permit has a meaning");
            }
        }
    }

    /** The ids of the actions that the head can match. */
    private Set<String> actions() {
        Collection<EntityUid> named =
                switch (policy.action()) {
                    case ScopeTest.Equal(EntityUid uid) -> List.of(uid);
                    case ScopeTest.In(EntityUid uid) -> List.of(uid);
                    case ScopeTest.InAny(List<EntityUid> uids) -> uids;
                    case ScopeTest.Any(), ScopeTest.Is(_), ScopeTest.IsIn(_, _) -> List.of();
                };
        if (policy.action() instanceof ScopeTest.Any) {
            return ReinSchema.byAction().keySet();
        }
        Set<String> known = new TreeSet<>();
        for (EntityUid uid : named) {
            unknownAction(text, policy.at(), uid)
                    .ifPresentOrElse(problems::add, () -> known.add(uid.id()));
        }
        return known;
    }

    static Optional<Problem> unknownAction(String text, Position at, EntityUid uid) {
        Set<String> ids = ReinSchema.byAction().keySet();
        if (uid.type().equals("Action") && ids.contains(uid.id())) {
            return Optional.empty();
        }
        String shown = Quoting.literal(uid.id());
        return Optional.of(
                ReinSchema.NOT_ENFORCED.contains(uid.id())
                        ? new Problem(
                                text,
                                at,
                                "the action " + shown + " is not decided by policy yet",
                                "a policy on it would not be enforced; leave it out")
                        : new Problem(
                                text, at, "unknown action " + shown, Spelling.help(uid.id(), ids)));
    }

    private void head(Set<String> actions) {
        SortedSet<String> principals = new TreeSet<>();
        SortedSet<String> resources = new TreeSet<>();
        for (String action : actions) {
            ReinSchema.ActionShape shape = ReinSchema.byAction().get(action);
            if (shape != null) {
                principals.addAll(shape.principals());
                resources.addAll(shape.resources());
            }
        }
        if (!actions.isEmpty()) {
            part("principal", policy.principal(), principals);
            part("resource", policy.resource(), resources);
        }
    }

    private void part(String variable, ScopeTest test, SortedSet<String> types) {
        SortedSet<String> withGroups = new TreeSet<>(types);
        types.forEach(type -> withGroups.add(ReinSchema.GROUPS.getOrDefault(type, type)));
        switch (test) {
            case ScopeTest.Any(), ScopeTest.InAny(_) -> {}
            case ScopeTest.Equal(EntityUid uid) -> type(variable, uid.type(), types);
            case ScopeTest.Is(String type) -> type(variable, type, types);
            case ScopeTest.In(EntityUid uid) -> type(variable, uid.type(), withGroups);
            case ScopeTest.IsIn(String type, EntityUid uid) -> {
                type(variable, type, types);
                type(variable, uid.type(), withGroups);
            }
        }
    }

    private void type(String variable, String type, SortedSet<String> possible) {
        if (possible.contains(type)) {
            return;
        }
        String shown = String.join(", ", possible);
        if (ReinSchema.entityTypes().contains(type)) {
            problem(
                    "the " + variable + " of this action is never a " + type,
                    "it is one of " + shown);
        } else {
            problem("unknown entity type " + type, Spelling.help(type, possible));
        }
    }

    private void problem(String message, String help) {
        problems.add(new Problem(text, policy.at(), message, help));
    }
}
