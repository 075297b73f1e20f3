package rein.policy.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.policy.schema.Schema;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Position;
import rein.policy.syntax.ScopeTest;
import rein.policy.syntax.Spelling;
import rein.policy.syntax.Walk;
import rein.policy.value.Datum;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * Whether every entity type, action and enumerated entity that a policy names exists, also where
 * the condition can never be reached; and whether its actions are decided anywhere.
 */
final class NameCheck {
    private final Schema schema;
    private final Findings findings;

    NameCheck(Schema schema, Findings findings) {
        this.schema = schema;
        this.findings = findings;
    }

    void check(Policy policy) {
        for (ScopeTest test : List.of(policy.principal(), policy.action(), policy.resource())) {
            head(policy.at(), test);
        }
        policy.conditions().forEach(condition -> walk(condition.expression()));
    }

    private void head(Position at, ScopeTest test) {
        switch (test) {
            case ScopeTest.Any() -> {}
            case ScopeTest.Equal(EntityUid uid) -> entity(at, uid);
            case ScopeTest.In(EntityUid uid) -> entity(at, uid);
            case ScopeTest.InAny(List<EntityUid> uids) -> uids.forEach(uid -> entity(at, uid));
            case ScopeTest.Is(String type) -> type(at, type);
            case ScopeTest.IsIn(String type, EntityUid uid) -> {
                type(at, type);
                entity(at, uid);
            }
        }
    }

    private void walk(Expression expression) {
        if (expression instanceof Expression.Literal(Position at, Datum.Ref(EntityUid uid))) {
            entity(at, uid);
        } else if (expression instanceof Expression.Is(Position at, _, String type, _)) {
            type(at, type);
        }
        Walk.children(expression).forEach(this::walk);
    }

    private void entity(Position at, EntityUid uid) {
        if (Schema.isActionType(uid.type())) {
            action(at, uid);
            return;
        }
        type(at, uid.type());
        SortedSet<String> ids =
                schema.entityType(uid.type()).map(Schema.EntityType::ids).orElseGet(TreeSet::new);
        if (!ids.isEmpty() && !ids.contains(uid.id())) {
            findings.add(
                    at,
                    "there is no " + uid.type() + " " + Quoting.literal(uid.id()),
                    Spelling.help(uid.id(), ids));
        }
    }

    private void type(Position at, String type) {
        if (!Schema.isActionType(type) && schema.entityType(type).isEmpty()) {
            findings.add(
                    at,
                    "unknown entity type " + type,
                    Spelling.help(type, schema.entityTypes().keySet()));
        }
    }

    private void action(Position at, EntityUid uid) {
        Optional<Schema.ActionType> known = schema.action(uid);
        if (known.isEmpty()) {
            List<String> names = new ArrayList<>();
            schema.actions().values().stream()
                    .filter(action -> action.unserved().isEmpty())
                    .forEach(action -> names.add(action.uid().id()));
            findings.add(
                    at,
                    "unknown action " + Quoting.literal(uid.id()),
                    Spelling.help(uid.id(), names));
        } else if (known.get().unserved().isPresent()) {
            findings.add(
                    at,
                    "the action "
                            + Quoting.literal(uid.id())
                            + " is not decided by policy yet: "
                            + known.get().unserved().get(),
                    "a policy on it would not be enforced; leave it out");
        }
    }
}
