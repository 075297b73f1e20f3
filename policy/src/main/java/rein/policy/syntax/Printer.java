package rein.policy.syntax;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** From the tree to Cedar text that parses to the same tree; one line a policy. */
public final class Printer {
    private Printer() {}

    /** Policies, then templates; in Cedar text links have no notation. */
    public static String document(PolicyDocument document) {
        StringBuilder out = new StringBuilder();
        document.policies().forEach(policy -> out.append(policy(policy)).append('\n'));
        document.templates().forEach(template -> out.append(template(template)).append('\n'));
        return out.toString();
    }

    public static String policy(Policy policy) {
        return statement(
                policy.annotations(),
                policy.effect(),
                test("principal", policy.principal()),
                policy.action(),
                test("resource", policy.resource()),
                policy.conditions());
    }

    /** On one line. */
    public static String expression(Expression expression) {
        return new ExpressionPrinter().print(expression);
    }

    public static String template(Template template) {
        return statement(
                template.annotations(),
                template.effect(),
                open("principal", template.principal(), Slot.PRINCIPAL),
                template.action(),
                open("resource", template.resource(), Slot.RESOURCE),
                template.conditions());
    }

    private static String statement(
            Map<String, String> annotations,
            Policy.Effect effect,
            String principal,
            ScopeTest action,
            String resource,
            List<Policy.Condition> conditions) {
        StringBuilder out = new StringBuilder();
        annotations.forEach((key, value) -> {
            out.append('@').append(key);
            if (!value.isEmpty()) {
                out.append('(').append(Quoting.literal(value)).append(')');
            }
            out.append(' ');
        });
        out.append(effect == Policy.Effect.PERMIT ? "permit (" : "forbid (").append(principal);
        out.append(", ").append(test("action", action)).append(", ").append(resource).append(')');
        for (Policy.Condition condition : conditions) {
            out.append(condition.holdsWhen() ? " when { " : " unless { ");
            out.append(new ExpressionPrinter().print(condition.expression())).append(" }");
        }
        return out.append(';').toString();
    }

    private static String test(String variable, ScopeTest test) {
        return switch (test) {
            case ScopeTest.Any() -> variable;
            case ScopeTest.Equal(EntityUid uid) -> variable + " == " + Quoting.literal(uid);
            case ScopeTest.In(EntityUid uid) -> variable + " in " + Quoting.literal(uid);
            case ScopeTest.InAny(List<EntityUid> uids) ->
                    uids.stream()
                            .map(Quoting::literal)
                            .collect(Collectors.joining(", ", variable + " in [", "]"));
            case ScopeTest.Is(String type) -> variable + " is " + type;
            case ScopeTest.IsIn(String type, EntityUid uid) ->
                    variable + " is " + type + " in " + Quoting.literal(uid);
        };
    }

    private static String open(String variable, SlotTest test, Slot slot) {
        return switch (test) {
            case SlotTest.Fixed(ScopeTest whole) -> test(variable, whole);
            case SlotTest.Equal() -> variable + " == " + slot.word();
            case SlotTest.In() -> variable + " in " + slot.word();
            case SlotTest.IsIn(String type) -> variable + " is " + type + " in " + slot.word();
        };
    }
}
