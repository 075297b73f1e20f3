package rein.policy.check;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.policy.schema.Schema;
import rein.policy.schema.Sentences;
import rein.policy.syntax.Policy;
import rein.policy.syntax.ScopeTest;
import rein.vocabulary.EntityUid;

/** Which kinds of request a policy's head allows; there must be one. */
final class HeadCheck {
    private final Schema schema;
    private final List<Schema.Shape> shapes;

    /**
     * @param shapes all kinds of request
     */
    HeadCheck(Schema schema, List<Schema.Shape> shapes) {
        this.schema = schema;
        this.shapes = shapes;
    }

    List<Schema.Shape> allowed(Policy policy) {
        List<Schema.Shape> allowed = new ArrayList<>();
        for (Schema.Shape shape : shapes) {
            if (action(policy.action(), shape.action().uid())
                    && part(policy.principal(), shape.principal())
                    && part(policy.resource(), shape.resource())) {
                allowed.add(shape);
            }
        }
        return allowed;
    }

    private boolean action(ScopeTest test, EntityUid action) {
        return switch (test) {
            case ScopeTest.Any() -> true;
            case ScopeTest.Equal(EntityUid uid) -> action.equals(uid);
            case ScopeTest.In(EntityUid uid) -> schema.isIn(action, uid);
            case ScopeTest.InAny(List<EntityUid> uids) ->
                    uids.stream().anyMatch(uid -> schema.isIn(action, uid));
            case ScopeTest.Is(String type) -> action.type().equals(type);
            case ScopeTest.IsIn(String type, EntityUid uid) ->
                    action.type().equals(type) && schema.isIn(action, uid);
        };
    }

    private boolean part(ScopeTest test, String type) {
        return switch (test) {
            case ScopeTest.Any(), ScopeTest.InAny(_) -> true;
            case ScopeTest.Equal(EntityUid uid) -> uid.type().equals(type);
            case ScopeTest.In(EntityUid uid) -> schema.canBeIn(type, uid.type());
            case ScopeTest.Is(String wanted) -> wanted.equals(type);
            case ScopeTest.IsIn(String wanted, EntityUid uid) ->
                    wanted.equals(type) && schema.canBeIn(type, uid.type());
        };
    }

    /** Says why no request can match the head. */
    void explain(Policy policy, Findings findings) {
        SortedSet<String> principals = new TreeSet<>();
        SortedSet<String> resources = new TreeSet<>();
        for (Schema.Shape shape : shapes) {
            if (action(policy.action(), shape.action().uid())) {
                principals.add(shape.principal());
                resources.add(shape.resource());
            }
        }
        boolean principalFits = principals.stream().anyMatch(t -> part(policy.principal(), t));
        boolean resourceFits = resources.stream().anyMatch(t -> part(policy.resource(), t));
        if (principals.isEmpty()) {
            findings.add(policy.at(), "nobody can ask for what this policy is about", "");
        } else if (!principalFits) {
            never(policy, "principal", policy.principal(), principals, findings);
        } else if (!resourceFits) {
            never(policy, "resource", policy.resource(), resources, findings);
        } else {
            findings.add(
                    policy.at(),
                    "no action has this kind of principal together with this kind of resource",
                    "");
        }
    }

    private void never(
            Policy policy,
            String part,
            ScopeTest test,
            SortedSet<String> types,
            Findings findings) {
        SortedSet<String> known = new TreeSet<>(types);
        String wanted =
                switch (test) {
                    case ScopeTest.Any(), ScopeTest.InAny(_) -> "";
                    case ScopeTest.Equal(EntityUid uid) -> uid.type();
                    case ScopeTest.Is(String type) -> type;
                    case ScopeTest.In(EntityUid uid) -> {
                        types.forEach(type -> known.addAll(schema.ancestors(type)));
                        yield uid.type();
                    }
                    case ScopeTest.IsIn(String type, EntityUid uid) -> {
                        types.forEach(one -> known.addAll(schema.ancestors(one)));
                        yield types.contains(type) ? uid.type() : type;
                    }
                };
        findings.add(
                policy.at(),
                "the " + part + " of this action is never " + Sentences.article(wanted),
                "it is one of " + String.join(", ", known));
    }
}
