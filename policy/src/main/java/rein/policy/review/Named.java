package rein.policy.review;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Policy;
import rein.policy.syntax.ScopeTest;
import rein.policy.syntax.Walk;
import rein.policy.value.Datum;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * What policies name: values that they compare members of the context with, and entities.
 *
 * @param context member to values
 * @param groups what something is tested to be in
 * @param entities everything that is named
 */
record Named(Map<String, Set<Value>> context, Set<EntityUid> groups, Set<EntityUid> entities) {
    static Named in(List<Placed> all) {
        Named named = new Named(new TreeMap<>(), new TreeSet<>(), new TreeSet<>());
        for (Placed placed : all) {
            Policy policy = placed.policy();
            for (ScopeTest test : List.of(policy.principal(), policy.resource())) {
                named.head(test);
            }
            policy.conditions().forEach(condition -> named.look(condition.expression()));
        }
        return named;
    }

    private void head(ScopeTest test) {
        switch (test) {
            case ScopeTest.Any _, ScopeTest.Is _ -> {}
            case ScopeTest.Equal(EntityUid uid) -> entities.add(uid);
            case ScopeTest.In(EntityUid uid) -> group(uid);
            case ScopeTest.IsIn(_, EntityUid uid) -> group(uid);
            case ScopeTest.InAny(List<EntityUid> uids) -> uids.forEach(this::group);
        }
    }

    private void group(EntityUid uid) {
        groups.add(uid);
        entities.add(uid);
    }

    private void look(Expression expression) {
        switch (expression) {
            case Expression.Literal literal -> entity(literal.value()).ifPresent(entities::add);
            case Expression.Binary binary -> {
                compared(binary.left(), binary.right());
                compared(binary.right(), binary.left());
                if (binary.operator() == Expression.Operator.IN) {
                    literals(binary.right()).forEach(value -> entity(value).ifPresent(groups::add));
                }
            }
            // A truth by itself: its other value is worth a try.
            case Expression.Attribute attribute ->
                    member(attribute)
                            .filter(this::isUncompared)
                            .ifPresent(name -> both(values(name)));
            case Expression.Reference _,
                    Expression.If _,
                    Expression.And _,
                    Expression.Or _,
                    Expression.Not _,
                    Expression.Negate _,
                    Expression.IsEmpty _,
                    Expression.Has _,
                    Expression.Like _,
                    Expression.Is _,
                    Expression.SetOf _,
                    Expression.Struct _,
                    Expression.Call _ -> {}
        }
        Walk.children(expression).forEach(this::look);
    }

    private boolean isUncompared(String name) {
        return values(name).stream().allMatch(Value.Bool.class::isInstance);
    }

    private static void both(Set<Value> values) {
        values.add(Value.of(true));
        values.add(Value.of(false));
    }

    private Set<Value> values(String name) {
        return context.computeIfAbsent(name, _ -> new LinkedHashSet<>());
    }

    /** {@code context.port < 1024}: also the values beside the border. */
    private void compared(Expression one, Expression other) {
        Optional<String> name = member(one);
        if (name.isEmpty()) {
            return;
        }
        for (Datum literal : literals(other)) {
            switch (literal) {
                case Datum.Bool(boolean flag) -> values(name.get()).add(Value.of(flag));
                case Datum.Text(String text) -> values(name.get()).add(Value.of(text));
                case Datum.Int(long number) -> {
                    values(name.get()).add(Value.of(number));
                    values(name.get()).add(Value.of(number + 1));
                    values(name.get()).add(Value.of(number - 1));
                }
                case Datum.Ref _,
                        Datum.SetOf _,
                        Datum.Struct _,
                        Datum.Ip _,
                        Datum.Decimal _,
                        Datum.Datetime _,
                        Datum.Duration _ -> {}
            }
        }
    }

    private static Optional<String> member(Expression expression) {
        return expression instanceof Expression.Attribute(_, Expression.Reference of, String name)
                        && of.variable() == Expression.Variable.CONTEXT
                ? Optional.of(name)
                : Optional.empty();
    }

    private static List<Datum> literals(Expression expression) {
        return switch (expression) {
            case Expression.Literal literal -> List.of(literal.value());
            case Expression.SetOf(_, List<Expression> elements) ->
                    elements.stream().flatMap(each -> literals(each).stream()).toList();
            case Expression.Reference _,
                    Expression.If _,
                    Expression.And _,
                    Expression.Or _,
                    Expression.Not _,
                    Expression.Negate _,
                    Expression.IsEmpty _,
                    Expression.Binary _,
                    Expression.Attribute _,
                    Expression.Has _,
                    Expression.Like _,
                    Expression.Is _,
                    Expression.Struct _,
                    Expression.Call _ ->
                    List.of();
        };
    }

    private static Optional<EntityUid> entity(Datum datum) {
        return datum instanceof Datum.Ref(EntityUid uid) ? Optional.of(uid) : Optional.empty();
    }
}
