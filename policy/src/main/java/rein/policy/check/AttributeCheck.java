package rein.policy.check;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.policy.schema.Schema;
import rein.policy.schema.Sentences;
import rein.policy.schema.Type;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Variable;
import rein.policy.syntax.Position;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;

/** Attributes and tags: they must be declared, and optional ones asked for with {@code has}. */
final class AttributeCheck {
    private final TypeCheck all;
    private final Schema schema;
    private final List<Schema.Shape> shapes;
    private final Schema.Shape shape;
    private final Validator.Names names;
    private final Findings findings;

    AttributeCheck(
            TypeCheck all,
            Schema schema,
            List<Schema.Shape> shapes,
            Schema.Shape shape,
            Validator.Names names,
            Findings findings) {
        this.all = all;
        this.names = names;
        this.schema = schema;
        this.shapes = shapes;
        this.shape = shape;
        this.findings = findings;
    }

    private Typed holder(Expression expression, Set<Fact> known) {
        return all.expect(
                expression,
                known,
                type -> type instanceof Type.Struct || type instanceof Type.Ref,
                "a record or an entity");
    }

    private SortedMap<String, Type.Attribute> attributes(Type type) {
        return switch (type) {
            case Type.Struct(SortedMap<String, Type.Attribute> attributes, _) -> attributes;
            case Type.Ref(String entityType) -> schema.attributesOf(entityType);
            case Type.Bool _, Type.Int _, Type.Text _, Type.SetOf _, Type.Extension _ ->
                    Collections.emptySortedMap();
        };
    }

    Typed get(Expression.Attribute expression, Set<Fact> known) {
        Typed of = holder(expression.of(), known);
        if (of.type().isEmpty()) {
            return Typed.UNKNOWN;
        }
        SortedMap<String, Type.Attribute> attributes = attributes(of.type().get());
        String name = expression.name();
        Type.Attribute attribute = attributes.get(name);
        if (attribute == null) {
            absent(expression.at(), expression.of(), of.type().get(), name);
            return Typed.UNKNOWN;
        }
        boolean safe =
                attribute.required() || known.contains(Fact.attribute(expression.of(), name));
        if (!safe) {
            String subject = Sentences.of(expression.of());
            findings.add(
                    expression.at(),
                    subject + "." + Quoting.shown(name) + " is not always there",
                    "write " + subject + " has " + Quoting.shown(name) + " && before it");
        }
        return Typed.of(attribute.type(), of.sound() && safe);
    }

    Typed has(Expression.Has has, Set<Fact> known) {
        Expression of = has.of();
        Typed whole = hasOne(has.at(), of, has.path().getFirst(), known);
        for (int i = 1; i < has.path().size() && !whole.is(Type.Bool.FALSE); i++) {
            // e has a.b means e has a && e.a has b.
            of = new Expression.Attribute(has.at(), of, has.path().get(i - 1));
            Set<Fact> here = Typed.union(whole.facts(), known);
            whole = whole.and(hasOne(has.at(), of, has.path().get(i), here));
        }
        return whole;
    }

    private Typed hasOne(Position at, Expression of, String name, Set<Fact> known) {
        Typed holder = holder(of, known);
        if (holder.type().isEmpty()) {
            return Typed.of(Type.Bool.ANY, false);
        }
        Type type = holder.type().get();
        Type.Attribute attribute = attributes(type).get(name);
        if (attribute == null) {
            neverThere(at, of, type, name);
            return Typed.of(Type.Bool.FALSE, holder.sound());
        }
        Fact fact = Fact.attribute(of, name);
        // An entity may be missing as a whole, so that not even a required attribute is certain.
        boolean certain =
                known.contains(fact) || (attribute.required() && type instanceof Type.Struct);
        Type.Bool there = certain ? Type.Bool.TRUE : Type.Bool.ANY;
        return new Typed(Optional.of(there), holder.sound(), Set.of(fact));
    }

    /**
     * Cedar takes {@code context has protcol} for false. Where no kind of request that the policy
     * can meet has such a member it is a mistake in spelling, which {@link
     * Validator.Names#DECLARED} refuses.
     */
    private void neverThere(Position at, Expression of, Type type, String name) {
        if (names == Validator.Names.ANY) {
            return;
        }
        boolean somewhere =
                of instanceof Expression.Reference reference
                        && shapes.stream()
                                .anyMatch(one -> variable(one, reference).containsKey(name));
        if (!somewhere) {
            absent(at, of, type, name);
        }
    }

    private SortedMap<String, Type.Attribute> variable(
            Schema.Shape one, Expression.Reference reference) {
        return switch (reference.variable()) {
            case PRINCIPAL -> schema.attributesOf(one.principal());
            case RESOURCE -> schema.attributesOf(one.resource());
            case ACTION -> Collections.emptySortedMap();
            case CONTEXT -> one.action().context().attributes();
        };
    }

    private void absent(Position at, Expression of, Type type, String name) {
        String why = unserved(type).get(name);
        if (why != null) {
            findings.add(
                    at,
                    Sentences.of(of) + "." + Quoting.shown(name) + " is not known yet: " + why,
                    "a policy on it would not be enforced; leave it out");
            return;
        }
        boolean context =
                of instanceof Expression.Reference(_, Variable variable)
                        && variable == Variable.CONTEXT;
        if (context) {
            absentFromContext(at, name);
            return;
        }
        String subject =
                type instanceof Type.Ref(String entityType)
                        ? Sentences.of(of) + " (" + Sentences.article(entityType) + ")"
                        : Sentences.of(of);
        findings.add(
                at,
                subject + " has no attribute " + Quoting.shown(name),
                help(name, attributes(type).keySet()));
    }

    private void absentFromContext(Position at, String name) {
        SortedSet<String> own = new TreeSet<>(shape.action().context().attributes().keySet());
        String action = Sentences.action(shape.action().uid());
        if (shapes.stream().anyMatch(one -> hasMember(one.action(), name))) {
            findings.add(
                    at,
                    "context." + Quoting.shown(name) + " is not there for " + action,
                    "this policy is for several actions; name the one that has it: "
                            + actionsWith(name));
            return;
        }
        String help = help(name, own);
        if (Spelling.closest(name, own).isEmpty()
                && schema.actions().values().stream().anyMatch(one -> hasMember(one, name))) {
            help = "it is known at " + actionsWith(name) + " only";
        } else if (own.isEmpty()) {
            help = "this action has no context";
        }
        findings.add(at, "context has no attribute " + Quoting.shown(name) + " at " + action, help);
    }

    private SortedMap<String, String> unserved(Type type) {
        return switch (type) {
            case Type.Struct struct -> struct.unserved();
            case Type.Ref(String entityType) ->
                    schema.entityType(entityType)
                            .map(declared -> declared.attributes().unserved())
                            .orElseGet(Collections::emptySortedMap);
            case Type.Bool _, Type.Int _, Type.Text _, Type.SetOf _, Type.Extension _ ->
                    Collections.emptySortedMap();
        };
    }

    private static boolean hasMember(Schema.ActionType action, String name) {
        return action.context().attributes().containsKey(name);
    }

    private String actionsWith(String name) {
        return String.join(
                ", ",
                schema.actions().values().stream()
                        .filter(action -> hasMember(action, name))
                        .map(action ->
                                Sentences.action(action.uid())
                                        + action.unserved().map(why -> " (" + why + ")").orElse(""))
                        .toList());
    }

    private static String help(String name, Set<String> known) {
        return known.isEmpty() ? "it has none" : Spelling.help(name, known);
    }

    Typed hasTag(Expression.Binary binary, Set<Fact> known) {
        Typed entity = entity(binary.left(), known);
        Typed key = text(binary.right(), known);
        boolean sound = entity.sound() && key.sound();
        if (entity.type().isEmpty()) {
            return Typed.UNKNOWN;
        }
        Fact fact = Fact.tag(binary.left(), binary.right());
        Type.Bool there = known.contains(fact) ? Type.Bool.TRUE : Type.Bool.ANY;
        if (tags(entity).isEmpty()) {
            there = Type.Bool.FALSE;
        }
        return new Typed(Optional.of(there), sound, Set.of(fact));
    }

    Typed getTag(Expression.Binary binary, Set<Fact> known) {
        Typed entity = entity(binary.left(), known);
        Typed key = text(binary.right(), known);
        if (entity.type().isEmpty()) {
            return Typed.UNKNOWN;
        }
        Optional<Type> tags = tags(entity);
        if (tags.isEmpty()) {
            findings.add(
                    binary.at(),
                    Sentences.of(entity.type().get()) + " has no tags",
                    "the schema declares none for it");
            return Typed.UNKNOWN;
        }
        if (!known.contains(Fact.tag(binary.left(), binary.right()))) {
            String subject = Sentences.of(binary.left());
            String tag = Sentences.of(binary.right());
            findings.add(
                    binary.at(),
                    "the tag " + tag + " is not always there",
                    "write " + subject + ".hasTag(" + tag + ") && before it");
            return Typed.UNKNOWN;
        }
        return Typed.of(tags.get(), entity.sound() && key.sound());
    }

    private Typed entity(Expression expression, Set<Fact> known) {
        return all.expect(expression, known, Type.Ref.class::isInstance, "an entity");
    }

    private Typed text(Expression expression, Set<Fact> known) {
        return all.expect(expression, known, Type.Text.class::isInstance, "String");
    }

    private Optional<Type> tags(Typed entity) {
        return entity.type().orElse(Type.Int.LONG) instanceof Type.Ref(String entityType)
                ? schema.entityType(entityType).flatMap(Schema.EntityType::tags)
                : Optional.empty();
    }
}
