package rein.policy.review;

import java.util.List;
import java.util.Optional;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Operator;
import rein.policy.syntax.Expression.Variable;
import rein.policy.syntax.Position;
import rein.policy.syntax.ScopeTest;
import rein.policy.value.Datum;
import rein.vocabulary.EntityUid;

/** The parts of a policy's head as the conditions that they are. */
final class Heads {
    private Heads() {}

    /** Empty where it may be anything. */
    static Optional<Expression> condition(Variable variable, ScopeTest test, Position at) {
        Expression subject = new Expression.Reference(at, variable);
        return switch (test) {
            case ScopeTest.Any _ -> Optional.empty();
            case ScopeTest.Equal(EntityUid uid) ->
                    Optional.of(new Expression.Binary(at, Operator.EQUAL, subject, of(uid, at)));
            case ScopeTest.In(EntityUid uid) ->
                    Optional.of(new Expression.Binary(at, Operator.IN, subject, of(uid, at)));
            case ScopeTest.InAny(List<EntityUid> uids) ->
                    Optional.of(
                            new Expression.Binary(
                                    at,
                                    Operator.IN,
                                    subject,
                                    new Expression.SetOf(
                                            at, uids.stream().map(uid -> of(uid, at)).toList())));
            case ScopeTest.Is(String type) ->
                    Optional.of(new Expression.Is(at, subject, type, Optional.empty()));
            case ScopeTest.IsIn(String type, EntityUid uid) ->
                    Optional.of(new Expression.Is(at, subject, type, Optional.of(of(uid, at))));
        };
    }

    private static Expression of(EntityUid uid, Position at) {
        return new Expression.Literal(at, new Datum.Ref(uid));
    }
}
