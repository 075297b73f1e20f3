package rein.policy.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import rein.policy.schema.Schema;
import rein.policy.schema.Type;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Variable;
import rein.policy.value.Datum;
import rein.vocabulary.EntityUid;

/** Entities: literals, {@code in} and {@code is}. */
final class MembershipCheck {
    private final TypeCheck all;
    private final Schema schema;
    private final Schema.Shape shape;

    MembershipCheck(TypeCheck all, Schema schema, Schema.Shape shape) {
        this.all = all;
        this.schema = schema;
        this.shape = shape;
    }

    Typed literal(Datum value) {
        return switch (value) {
            case Datum.Bool(boolean flag) -> Typed.of(Type.Bool.of(flag));
            case Datum.Int _ -> Typed.of(Type.Int.LONG);
            case Datum.Text _ -> Typed.of(Type.Text.ANY);
            case Datum.Ref(EntityUid uid) -> entity(uid);
            case Datum.Ip _ -> Typed.of(Type.Extension.IPADDR);
            case Datum.Decimal _ -> Typed.of(Type.Extension.DECIMAL);
            case Datum.Datetime _ -> Typed.of(Type.Extension.DATETIME);
            case Datum.Duration _ -> Typed.of(Type.Extension.DURATION);
            // Sets and records are expressions in a policy, never literals.
            case Datum.SetOf _, Datum.Struct _ -> Typed.UNKNOWN;
        };
    }

    /** Unknown ones are reported once for the whole policy, by {@link NameCheck}. */
    private Typed entity(EntityUid uid) {
        boolean there =
                Schema.isActionType(uid.type())
                        ? schema.action(uid).isPresent()
                        : schema.entityType(uid.type()).isPresent();
        return there ? Typed.of(new Type.Ref(uid.type())) : Typed.UNKNOWN;
    }

    Typed in(Expression left, Expression right, Set<Fact> known) {
        Typed member = all.expect(left, known, Type.Ref.class::isInstance, "an entity");
        Typed group =
                all.expect(right, known, MembershipCheck::isGroup, "an entity or a set of them");
        if (!member.sound() || !group.sound()) {
            return Typed.of(Type.Bool.ANY, false);
        }
        Optional<EntityUid> subject = literal(left);
        List<EntityUid> groups = literals(right);
        if (subject.isPresent() && Schema.isActionType(subject.get().type()) && !groups.isEmpty()) {
            // Which action is in which group is the schema's to say, so that it is known.
            EntityUid action = subject.get();
            return Typed.of(Type.Bool.of(groups.stream().anyMatch(of -> schema.isIn(action, of))));
        }
        Optional<String> type = entityType(member.type());
        Optional<String> ancestor = entityType(group.type());
        boolean never =
                type.isPresent()
                        && ancestor.isPresent()
                        && !schema.canBeIn(type.get(), ancestor.get());
        return Typed.of(never ? Type.Bool.FALSE : Type.Bool.ANY);
    }

    private static boolean isGroup(Type type) {
        return type instanceof Type.Ref
                || (type instanceof Type.SetOf(Type element) && element instanceof Type.Ref);
    }

    private static Optional<String> entityType(Optional<Type> type) {
        return switch (type.orElse(Type.Int.LONG)) {
            case Type.Ref(String name) -> Optional.of(name);
            case Type.SetOf(Type.Ref(String name)) -> Optional.of(name);
            case Type.SetOf _,
                    Type.Bool _,
                    Type.Int _,
                    Type.Text _,
                    Type.Struct _,
                    Type.Extension _ ->
                    Optional.empty();
        };
    }

    /** The entity that is written there; the action of a request is as good as written. */
    private Optional<EntityUid> literal(Expression expression) {
        if (expression instanceof Expression.Literal(_, Datum.Ref(EntityUid uid))) {
            return Optional.of(uid);
        }
        return expression instanceof Expression.Reference(_, Variable variable)
                        && variable == Variable.ACTION
                ? Optional.of(shape.action().uid())
                : Optional.empty();
    }

    /** All that are written there; none when anything else is among them. */
    private List<EntityUid> literals(Expression expression) {
        if (!(expression instanceof Expression.SetOf(_, List<Expression> elements))) {
            return literal(expression).stream().toList();
        }
        List<EntityUid> found = new ArrayList<>();
        for (Expression element : elements) {
            Optional<EntityUid> uid = literal(element);
            if (uid.isEmpty()) {
                return List.of();
            }
            found.add(uid.get());
        }
        return found;
    }

    Typed is(Expression.Is is, Set<Fact> known) {
        Typed subject = all.expect(is.of(), known, Type.Ref.class::isInstance, "an entity");
        Typed type = Typed.of(Type.Bool.ANY, false);
        if (subject.type().isPresent()) {
            boolean same = subject.is(new Type.Ref(is.type()));
            type = Typed.of(Type.Bool.of(same), subject.sound());
        }
        if (is.in().isEmpty() || type.is(Type.Bool.FALSE)) {
            return type;
        }
        return type.and(in(is.of(), is.in().get(), known));
    }
}
