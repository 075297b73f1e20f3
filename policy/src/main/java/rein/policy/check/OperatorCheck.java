package rein.policy.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import rein.policy.schema.Schema;
import rein.policy.schema.Sentences;
import rein.policy.schema.Type;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Variable;
import rein.policy.syntax.Position;
import rein.policy.syntax.Spelling;
import rein.policy.value.Datum;
import rein.policy.value.Quoting;

/** The operators on numbers, sets and any two values. */
final class OperatorCheck {
    private static final String ORDERED = "Long, datetime or duration";

    private static final String HAS_NEVER = "it never has ";

    private final TypeCheck all;
    private final Schema.Shape shape;
    private final Findings findings;

    OperatorCheck(TypeCheck all, Schema.Shape shape, Findings findings) {
        this.all = all;
        this.shape = shape;
        this.findings = findings;
    }

    /** {@code ==}; of two literals it is known, and entities of two types are never equal. */
    Typed equal(Expression.Binary binary, Set<Fact> known) {
        Typed left = all.check(binary.left(), known);
        Typed right = all.check(binary.right(), known);
        boolean sound = left.sound() && right.sound();
        if (left.type().orElse(Type.Int.LONG) instanceof Type.Ref(String one)
                && right.type().orElse(Type.Int.LONG) instanceof Type.Ref(String other)
                && !one.equals(other)) {
            return Typed.of(Type.Bool.FALSE, sound);
        }
        Optional<Datum> first = literal(binary.left());
        Optional<Datum> second = literal(binary.right());
        if (first.isPresent() && second.isPresent()) {
            return Typed.of(Type.Bool.of(first.get().equals(second.get())), sound);
        }
        words(left, binary.right());
        words(right, binary.left());
        boolean fit = fit(binary, left.type(), right.type(), "");
        return Typed.of(Type.Bool.ANY, sound && fit);
    }

    /** The value of a literal; the action of a request is as good as one. */
    private Optional<Datum> literal(Expression expression) {
        return switch (expression) {
            case Expression.Literal(_, Datum value) -> Optional.of(value);
            case Expression.Reference(_, Variable variable) ->
                    variable == Variable.ACTION
                            ? Optional.of(new Datum.Ref(shape.action().uid()))
                            : Optional.empty();
            case Expression.If _,
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
                    Expression.SetOf _,
                    Expression.Struct _,
                    Expression.Call _ ->
                    Optional.empty();
        };
    }

    /** Whether values of both types may be compared, or one be looked for among the others. */
    private boolean fit(
            Expression.Binary binary, Optional<Type> left, Optional<Type> right, String whose) {
        if (left.isEmpty() || right.isEmpty() || Type.join(left.get(), right.get()).isPresent()) {
            return true;
        }
        findings.add(
                binary.at(),
                whose
                        + Sentences.of(binary.left(), "the left side")
                        + " is "
                        + Sentences.of(left.get())
                        + ", but "
                        + Sentences.of(binary.right(), "the right side")
                        + " is "
                        + Sentences.of(right.get()),
                Sentences.toCompare(left.get(), right.get()));
        return false;
    }

    /** A text that the other side never has would make a comparison that never holds. */
    private void words(Typed side, Expression other) {
        words(side, other, "it is never ");
    }

    private void words(Typed side, Expression other, String never) {
        if (side.type().orElse(Type.Int.LONG) instanceof Type.Text(Set<String> words)
                && !words.isEmpty()
                && other instanceof Expression.Literal(Position at, Datum.Text(String word))
                && !words.contains(word)) {
            findings.add(at, never + Quoting.literal(word), Spelling.help(word, words));
        }
    }

    /** {@code < <= > >=}. */
    Typed order(Expression.Binary binary, Set<Fact> known) {
        Typed left = all.check(binary.left(), known);
        Typed right = all.check(binary.right(), known);
        if (left.type().isEmpty() || right.type().isEmpty()) {
            return Typed.of(Type.Bool.ANY, false);
        }
        Type one = left.type().get();
        Type other = right.type().get();
        if (isOrdered(one) && one.equals(other)) {
            return Typed.of(Type.Bool.ANY, left.sound() && right.sound());
        }
        if (isOrdered(one)) {
            mismatch(binary.right(), other, one.shown());
        } else if (isOrdered(other)) {
            mismatch(binary.left(), one, other.shown());
        } else {
            mismatch(binary.left(), one, ORDERED);
            mismatch(binary.right(), other, ORDERED);
        }
        return Typed.of(Type.Bool.ANY, false);
    }

    private static boolean isOrdered(Type type) {
        return type instanceof Type.Int
                || type == Type.Extension.DATETIME
                || type == Type.Extension.DURATION;
    }

    private void mismatch(Expression expression, Type type, String wanted) {
        String help =
                type == Type.Extension.DECIMAL
                        ? "decimals are ordered with .lessThan(…)"
                        : Sentences.help(type, wanted);
        findings.add(
                expression.at(),
                Sentences.of(expression)
                        + " is "
                        + Sentences.of(type)
                        + ", where "
                        + wanted
                        + " is needed",
                help);
    }

    Typed arithmetic(Expression.Binary binary, Set<Fact> known) {
        Typed left = number(binary.left(), known);
        Typed right = number(binary.right(), known);
        return Typed.of(Type.Int.LONG, left.sound() && right.sound());
    }

    Typed number(Expression expression, Set<Fact> known) {
        Typed number = all.expect(expression, known, Type.Int.class::isInstance, "Long");
        return Typed.of(Type.Int.LONG, number.sound());
    }

    Typed isEmpty(Expression of, Set<Fact> known) {
        return Typed.of(Type.Bool.ANY, set(of, known).sound());
    }

    private Typed set(Expression expression, Set<Fact> known) {
        return all.expect(expression, known, Type.SetOf.class::isInstance, "a set");
    }

    private static Optional<Type> element(Typed set) {
        return set.type().orElse(Type.Int.LONG) instanceof Type.SetOf(Type element)
                ? Optional.of(element)
                : Optional.empty();
    }

    Typed contains(Expression.Binary binary, Set<Fact> known) {
        Typed set = set(binary.left(), known);
        Typed element = all.check(binary.right(), known);
        if (binary.left() instanceof Expression.SetOf(_, List<Expression> elements)) {
            elements.forEach(one -> words(element, one));
        }
        element(set).ifPresent(type -> words(Typed.of(type), binary.right(), HAS_NEVER));
        boolean fit = fit(binary, element(set), element.type(), "an element of ");
        return Typed.of(Type.Bool.ANY, set.sound() && element.sound() && fit);
    }

    Typed containsSome(Expression.Binary binary, Set<Fact> known) {
        Typed left = set(binary.left(), known);
        Typed right = set(binary.right(), known);
        for (Expression side : List.of(binary.left(), binary.right())) {
            Typed other = side.equals(binary.left()) ? right : left;
            if (side instanceof Expression.SetOf(_, List<Expression> elements)) {
                element(other)
                        .ifPresent(type ->
                                elements.forEach(one -> words(Typed.of(type), one, HAS_NEVER)));
            }
        }
        boolean fit = fit(binary, left.type(), right.type(), "");
        return Typed.of(Type.Bool.ANY, left.sound() && right.sound() && fit);
    }
}
