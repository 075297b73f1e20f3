package rein.policy.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import rein.policy.schema.Schema;
import rein.policy.schema.Sentences;
import rein.policy.schema.Type;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Policy;
import rein.policy.value.Datum;

/**
 * Checks the conditions of one policy for one kind of request: every operator gets what it works
 * on, and nothing is read that may not be there. Strict, as Cedar's validator is by default. What
 * can never be reached is not checked.
 */
final class TypeCheck {
    private final Schema.Shape shape;
    private final Findings findings;
    private final AttributeCheck attributes;
    private final OperatorCheck operators;
    private final MembershipCheck membership;
    private final CallCheck calls;

    /**
     * @param shapes all kinds of request that the policy's head allows
     * @param shape the one of them to check for
     */
    TypeCheck(
            Schema schema,
            List<Schema.Shape> shapes,
            Schema.Shape shape,
            Validator.Names names,
            Findings findings) {
        this.shape = shape;
        this.findings = findings;
        this.attributes = new AttributeCheck(this, schema, shapes, shape, names, findings);
        this.operators = new OperatorCheck(this, shape, findings);
        this.membership = new MembershipCheck(this, schema, shape);
        this.calls = new CallCheck(this, findings);
    }

    /** The conditions together, where the head holds. */
    Typed conditions(List<Policy.Condition> conditions) {
        Typed whole = Typed.of(Type.Bool.ANY);
        for (Policy.Condition condition : conditions) {
            Typed part = flag(condition.expression(), whole.facts());
            whole = whole.and(condition.holdsWhen() ? part : part.not());
            if (whole.is(Type.Bool.FALSE)) {
                return whole;
            }
        }
        return whole;
    }

    /**
     * @param known what is there whenever the expression is evaluated
     */
    Typed check(Expression expression, Set<Fact> known) {
        return switch (expression) {
            case Expression.Literal(_, Datum value) -> membership.literal(value);
            case Expression.Reference reference -> Typed.of(variable(reference));
            case Expression.If conditional -> conditional(conditional, known);
            case Expression.And(_, List<Expression> parts) -> and(parts, known);
            case Expression.Or(_, List<Expression> parts) -> or(parts, known);
            case Expression.Not(_, Expression of) -> flag(of, known).not();
            case Expression.Negate(_, Expression of) -> operators.number(of, known);
            case Expression.IsEmpty(_, Expression of) -> operators.isEmpty(of, known);
            case Expression.Binary binary -> binary(binary, known);
            case Expression.Attribute attribute -> attributes.get(attribute, known);
            case Expression.Has has -> attributes.has(has, known);
            case Expression.Like(_, Expression of, _) -> {
                Typed text = expect(of, known, Type.Text.class::isInstance, "String");
                yield Typed.of(Type.Bool.ANY, text.sound());
            }
            case Expression.Is is -> membership.is(is, known);
            case Expression.SetOf set -> set(set, known);
            case Expression.Struct struct -> struct(struct, known);
            case Expression.Call call -> calls.check(call, known);
        };
    }

    private Type variable(Expression.Reference reference) {
        return switch (reference.variable()) {
            case PRINCIPAL -> new Type.Ref(shape.principal());
            case ACTION -> new Type.Ref(shape.action().uid().type());
            case RESOURCE -> new Type.Ref(shape.resource());
            case CONTEXT -> shape.action().context();
        };
    }

    private Typed binary(Expression.Binary binary, Set<Fact> known) {
        return switch (binary.operator()) {
            case EQUAL -> operators.equal(binary, known);
            case UNEQUAL -> operators.equal(binary, known).not();
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> operators.order(binary, known);
            case PLUS, MINUS, TIMES -> operators.arithmetic(binary, known);
            case CONTAINS -> operators.contains(binary, known);
            case CONTAINS_ALL, CONTAINS_ANY -> operators.containsSome(binary, known);
            case IN -> membership.in(binary.left(), binary.right(), known);
            case HAS_TAG -> attributes.hasTag(binary, known);
            case GET_TAG -> attributes.getTag(binary, known);
        };
    }

    /** Checks it, and that it has a type that fits; the type is open when it does not. */
    Typed expect(Expression expression, Set<Fact> known, Predicate<Type> fits, String wanted) {
        Typed typed = check(expression, known);
        if (typed.type().isEmpty()) {
            return Typed.UNKNOWN;
        }
        if (fits.test(typed.type().get())) {
            return typed;
        }
        findings.add(
                expression.at(),
                Sentences.of(expression)
                        + " is "
                        + Sentences.of(typed.type().get())
                        + ", where "
                        + wanted
                        + " is needed",
                Sentences.help(typed.type().get(), wanted));
        return Typed.UNKNOWN;
    }

    Typed flag(Expression expression, Set<Fact> known) {
        return expect(expression, known, Type.Bool.class::isInstance, "Bool");
    }

    private Typed and(List<Expression> parts, Set<Fact> known) {
        Set<Fact> here = new HashSet<>(known);
        Typed whole = flag(parts.getFirst(), here);
        for (Expression part : parts.subList(1, parts.size())) {
            if (whole.is(Type.Bool.FALSE)) {
                return whole;
            }
            here.addAll(whole.facts());
            whole = whole.and(flag(part, here));
        }
        return whole;
    }

    private Typed or(List<Expression> parts, Set<Fact> known) {
        Typed whole = flag(parts.getFirst(), known);
        for (Expression part : parts.subList(1, parts.size())) {
            if (whole.is(Type.Bool.TRUE)) {
                return whole;
            }
            whole = whole.or(flag(part, known));
        }
        return whole;
    }

    private Typed conditional(Expression.If conditional, Set<Fact> known) {
        Typed test = flag(conditional.test(), known);
        if (test.is(Type.Bool.FALSE)) {
            Typed otherwise = check(conditional.otherwise(), known);
            return new Typed(
                    otherwise.type(), otherwise.sound() && test.sound(), otherwise.facts());
        }
        Typed then = check(conditional.then(), Typed.union(test.facts(), known));
        Set<Fact> whenThen =
                then.sound() ? Typed.union(then.facts(), test.facts()) : Set.<Fact>of();
        if (test.is(Type.Bool.TRUE)) {
            return new Typed(then.type(), then.sound() && test.sound(), whenThen);
        }
        Typed otherwise = check(conditional.otherwise(), known);
        boolean sound = test.sound() && then.sound() && otherwise.sound();
        if (then.type().isEmpty() || otherwise.type().isEmpty()) {
            return Typed.UNKNOWN;
        }
        Optional<Type> joined = Type.join(then.type().get(), otherwise.type().get());
        if (joined.isEmpty()) {
            findings.add(
                    conditional.at(),
                    "the branches of `if` are "
                            + Sentences.of(then.type().get())
                            + " and "
                            + Sentences.of(otherwise.type().get()),
                    "both must be of one type");
            return Typed.UNKNOWN;
        }
        return new Typed(joined, sound, Typed.shared(whenThen, otherwise.facts()));
    }

    private Typed set(Expression.SetOf set, Set<Fact> known) {
        boolean sound = true;
        List<Typed> elements = new ArrayList<>();
        for (Expression element : set.elements()) {
            Typed typed = check(element, known);
            sound &= typed.sound();
            elements.add(typed);
        }
        if (elements.isEmpty()) {
            findings.add(set.at(), "an empty set has no type", "write .isEmpty() to ask for one");
            return Typed.UNKNOWN;
        }
        Optional<Type> joined = elements.getFirst().type();
        for (Typed element : elements) {
            if (joined.isEmpty() || element.type().isEmpty()) {
                return Typed.UNKNOWN;
            }
            Type before = joined.get();
            joined = Type.join(before, element.type().get());
            if (joined.isEmpty()) {
                findings.add(
                        set.at(),
                        "a set of "
                                + Sentences.of(before)
                                + " and "
                                + Sentences.of(element.type().get()),
                        "all elements must be of one type");
            }
        }
        return joined.isEmpty() ? Typed.UNKNOWN : Typed.of(new Type.SetOf(joined.get()), sound);
    }

    private Typed struct(Expression.Struct struct, Set<Fact> known) {
        boolean sound = true;
        boolean open = false;
        SortedMap<String, Type.Attribute> members = new TreeMap<>();
        for (Map.Entry<String, Expression> member : struct.members().entrySet()) {
            Typed typed = check(member.getValue(), known);
            sound &= typed.sound();
            open |= typed.type().isEmpty();
            typed.type()
                    .ifPresent(
                            type -> members.put(member.getKey(), new Type.Attribute(type, true)));
        }
        return open ? Typed.UNKNOWN : Typed.of(new Type.Struct(members), sound);
    }
}
