package rein.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Operator;
import rein.policy.syntax.Expression.Variable;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import rein.policy.syntax.Spelling;
import rein.policy.syntax.Walk;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.ExtensionText;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * Whether a policy's conditions speak only of what a request holds: known entity types, known
 * attributes and context members, values that the member can have. An optional member must be asked
 * for with {@code has} somewhere in the same policy.
 */
final class ConditionCheck {
    private final String text;
    private final Set<String> actions;
    private final List<Problem> problems;
    private final Set<String> asked = new HashSet<>();

    ConditionCheck(String text, Set<String> actions, List<Problem> problems) {
        this.text = text;
        this.actions = actions;
        this.problems = problems;
    }

    void check(List<Policy.Condition> conditions) {
        conditions.forEach(condition -> collectAsked(condition.expression()));
        conditions.forEach(condition -> walk(condition.expression()));
    }

    private void collectAsked(Expression expression) {
        if (expression instanceof Expression.Has(_, Expression.Reference _, List<String> path)) {
            asked.add(path.getFirst());
        }
        Walk.children(expression).forEach(this::collectAsked);
    }

    private void walk(Expression expression) {
        switch (expression) {
            case Expression.Literal(Position at, Datum.Ref(EntityUid uid)) -> entity(at, uid);
            case Expression.Is(Position at, _, String type, _) -> type(at, type);
            case Expression.Attribute(Position at, Expression.Reference of, String name) ->
                    attribute(at, of.variable(), name, false);
            case Expression.Has(Position at, Expression.Reference of, List<String> path) ->
                    attribute(at, of.variable(), path.getFirst(), true);
            case Expression.Binary binary -> operands(binary);
            case Expression.Call call -> constant(call);
            case Expression.Literal _,
                    Expression.Attribute _,
                    Expression.Has _,
                    Expression.Reference _,
                    Expression.If _,
                    Expression.And _,
                    Expression.Or _,
                    Expression.Not _,
                    Expression.Negate _,
                    Expression.IsEmpty _,
                    Expression.Like _,
                    Expression.SetOf _,
                    Expression.Struct _ -> {}
        }
        Walk.children(expression).forEach(this::walk);
    }

    private void entity(Position at, EntityUid uid) {
        if (uid.type().equals("Action")) {
            MeaningCheck.unknownAction(text, at, uid).ifPresent(problems::add);
        } else {
            type(at, uid.type());
        }
    }

    private void type(Position at, String type) {
        if (!ReinSchema.entityTypes().contains(type)) {
            problem(
                    at,
                    "unknown entity type " + type,
                    Spelling.help(type, ReinSchema.entityTypes()));
        }
    }

    private void attribute(Position at, Variable of, String name, boolean has) {
        if (of != Variable.CONTEXT) {
            if (!ReinSchema.entityAttributes().containsKey(name)) {
                Set<String> known = ReinSchema.entityAttributes().keySet();
                problem(
                        at,
                        "unknown attribute " + of.word() + "." + Quoting.shown(name),
                        Spelling.help(name, known));
            } else if (!asked.contains(name)) {
                unguarded(at, of.word(), name);
            }
            return;
        }
        Map<String, ReinSchema.Member> known = contextMembers();
        Optional<ReinSchema.Member> member = Optional.ofNullable(known.get(name));
        if (member.isEmpty()) {
            String help =
                    known.isEmpty()
                            ? "this action has no context"
                            : Spelling.help(name, known.keySet());
            problem(at, "unknown context member " + Quoting.literal(name), help);
            return;
        }
        Set<String> without = new TreeSet<>(actions);
        without.removeIf(action -> contextOf(action).containsKey(name));
        if (!has && !without.isEmpty()) {
            problem(
                    at,
                    "context." + name + " is not there for every action of this policy",
                    "name the action: action == Action::\"network:connect\"");
        } else if (member.get().optional() && !asked.contains(name)) {
            unguarded(at, "context", name);
        }
    }

    private void unguarded(Position at, String of, String name) {
        problem(
                at,
                of + "." + name + " is not always there",
                "write " + of + " has " + name + " && before it");
    }

    private Map<String, ReinSchema.Member> contextMembers() {
        Map<String, ReinSchema.Member> members = new TreeMap<>();
        actions.forEach(action -> members.putAll(contextOf(action)));
        return members;
    }

    private static Map<String, ReinSchema.Member> contextOf(String action) {
        ReinSchema.ActionShape shape = ReinSchema.byAction().get(action);
        return shape == null ? Map.of() : shape.context();
    }

    private void operands(Expression.Binary binary) {
        Optional<ReinSchema.Member> left = memberAt(binary.left());
        Optional<ReinSchema.Member> right = memberAt(binary.right());
        if (binary.operator() == Operator.EQUAL || binary.operator() == Operator.UNEQUAL) {
            left.ifPresent(member -> value(member, binary.right()));
            right.ifPresent(member -> value(member, binary.left()));
        }
        if (binary.operator() == Operator.CONTAINS
                && right.isPresent()
                && binary.left() instanceof Expression.SetOf(_, List<Expression> elements)) {
            elements.forEach(element -> value(right.get(), element));
        }
    }

    private Optional<ReinSchema.Member> memberAt(Expression expression) {
        return switch (expression) {
            case Expression.Attribute(_, Expression.Reference of, String name) ->
                    Optional.ofNullable(
                            of.variable() == Variable.CONTEXT
                                    ? contextMembers().get(name)
                                    : ReinSchema.entityAttributes().get(name));
            default -> Optional.empty();
        };
    }

    /** A comparison with a value that the member never has would never hold. */
    private void value(ReinSchema.Member member, Expression expression) {
        if (!(expression instanceof Expression.Literal(Position at, Datum value))) {
            return;
        }
        boolean fits =
                switch (member.type()) {
                    case STRING -> value instanceof Datum.Text;
                    case LONG -> value instanceof Datum.Int;
                    case BOOL -> value instanceof Datum.Bool;
                    case ENTITY -> value instanceof Datum.Ref;
                    case IPADDR, SET -> false;
                };
        if (!fits) {
            problem(
                    at,
                    "compared with " + value.typeName() + ", but it is " + member.type().word(),
                    member.type() == ReinSchema.Type.IPADDR ? "write ip(\"…\")" : "");
        } else if (value instanceof Datum.Text(String word)
                && !member.words().isEmpty()
                && !member.words().contains(word)) {
            problem(
                    at,
                    "it is never " + Quoting.literal(word),
                    Spelling.help(word, member.words()));
        }
    }

    /** {@code ip("10.0.0.0/33")} would fail on every request. */
    private void constant(Expression.Call call) {
        if (call.arguments().size() == 1
                && call.arguments().getFirst()
                        instanceof Expression.Literal(Position at, Datum.Text argument)
                && ExtensionFunction.find(call.function().word(), false).isPresent()) {
            try {
                ExtensionText.parse(call.function().word(), argument.value());
            } catch (EvaluationException e) {
                problem(at, e.text(), "");
            }
        }
    }

    private void problem(Position at, String message, String help) {
        problems.add(new Problem(text, at, message, help));
    }
}
