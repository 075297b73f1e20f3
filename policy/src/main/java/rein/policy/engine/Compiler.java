package rein.policy.engine;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Operator;
import rein.policy.syntax.Expression.Variable;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.Pattern;
import rein.vocabulary.EntityUid;

/** Expressions to nodes, once per policy. The evaluation rules are those of Cedar's evaluator. */
final class Compiler {
    private Compiler() {}

    static Node compile(Expression expression) {
        return switch (expression) {
            case Expression.Literal(_, Datum value) -> _ -> value;
            case Expression.Reference(_, Variable variable) -> reference(variable);
            case Expression.If(_, Expression test, Expression then, Expression otherwise) ->
                    conditional(compile(test), compile(then), compile(otherwise));
            case Expression.And(_, List<Expression> parts) -> and(compileAll(parts));
            case Expression.Or(_, List<Expression> parts) -> or(compileAll(parts));
            case Expression.Not(_, Expression of) -> not(compile(of));
            case Expression.Negate(_, Expression of) -> negate(compile(of));
            case Expression.IsEmpty(_, Expression of) -> isEmpty(compile(of));
            case Expression.Binary binary -> binary(binary);
            case Expression.Attribute(_, Expression of, String name) ->
                    attribute(compile(of), of, name);
            case Expression.Has(_, Expression of, List<String> path) -> has(of, path);
            case Expression.Like(_, Expression of, Pattern pattern) -> {
                Node text = compile(of);
                yield env -> Datum.Bool.of(pattern.matches(text.evaluate(env).asText()));
            }
            case Expression.Is(_, Expression of, String type, Optional<Expression> in) ->
                    is(compile(of), type, in.map(Compiler::compile));
            case Expression.SetOf(_, List<Expression> elements) ->
                    Folding.fold(setOf(compileAll(elements)), elements);
            case Expression.Struct(_, Map<String, Expression> members) -> struct(members);
            case Expression.Call(_, ExtensionFunction function, List<Expression> arguments) ->
                    call(function, arguments);
        };
    }

    private static Node[] compileAll(List<Expression> expressions) {
        return expressions.stream().map(Compiler::compile).toArray(Node[]::new);
    }

    private static Node reference(Variable variable) {
        return switch (variable) {
            case PRINCIPAL -> env -> new Datum.Ref(env.principal());
            case ACTION -> env -> new Datum.Ref(env.action());
            case RESOURCE -> env -> new Datum.Ref(env.resource());
            case CONTEXT -> env -> Datum.structOf(env.context());
        };
    }

    private static Node conditional(Node test, Node then, Node otherwise) {
        return env -> test.evaluate(env).asBool() ? then.evaluate(env) : otherwise.evaluate(env);
    }

    private static Node and(Node[] parts) {
        return env -> {
            for (Node part : parts) {
                if (!part.evaluate(env).asBool()) {
                    return Datum.Bool.FALSE;
                }
            }
            return Datum.Bool.TRUE;
        };
    }

    private static Node or(Node[] parts) {
        return env -> {
            for (Node part : parts) {
                if (part.evaluate(env).asBool()) {
                    return Datum.Bool.TRUE;
                }
            }
            return Datum.Bool.FALSE;
        };
    }

    private static Node not(Node of) {
        return env -> Datum.Bool.of(!of.evaluate(env).asBool());
    }

    private static Node negate(Node of) {
        return env -> {
            long value = of.evaluate(env).asLong();
            if (value == Long.MIN_VALUE) {
                throw overflow("-", value);
            }
            return new Datum.Int(-value);
        };
    }

    private static Node isEmpty(Node of) {
        return env -> Datum.Bool.of(of.evaluate(env).asSet().isEmpty());
    }

    private static Node binary(Expression.Binary binary) {
        Node left = compile(binary.left());
        Node right = compile(binary.right());
        Operator operator = binary.operator();
        return switch (operator) {
            case EQUAL -> env -> Datum.Bool.of(left.evaluate(env).equals(right.evaluate(env)));
            case UNEQUAL -> env -> Datum.Bool.of(!left.evaluate(env).equals(right.evaluate(env)));
            case LESS -> env -> Datum.Bool.of(compare(left, right, env) < 0);
            case LESS_OR_EQUAL -> env -> Datum.Bool.of(compare(left, right, env) <= 0);
            case GREATER -> env -> Datum.Bool.of(compare(left, right, env) > 0);
            case GREATER_OR_EQUAL -> env -> Datum.Bool.of(compare(left, right, env) >= 0);
            case IN ->
                    env ->
                            Datum.Bool.of(
                                    EntityLookup.in(left.evaluate(env), right.evaluate(env), env));
            case PLUS, MINUS, TIMES -> arithmetic(operator, left, right);
            case CONTAINS ->
                    env -> Datum.Bool.of(left.evaluate(env).asSet().contains(right.evaluate(env)));
            case CONTAINS_ALL ->
                    env ->
                            Datum.Bool.of(
                                    left.evaluate(env)
                                            .asSet()
                                            .containsAll(right.evaluate(env).asSet()));
            case CONTAINS_ANY ->
                    env ->
                            Datum.Bool.of(
                                    !Collections.disjoint(
                                            left.evaluate(env).asSet(),
                                            right.evaluate(env).asSet()));
            case HAS_TAG ->
                    env ->
                            Datum.Bool.of(
                                    EntityLookup.hasTag(
                                            left.evaluate(env), right.evaluate(env), env));
            case GET_TAG -> env -> EntityLookup.tag(left.evaluate(env), right.evaluate(env), env);
        };
    }

    /** Longs, datetimes and durations have an order; decimals are compared by methods. */
    private static int compare(Node leftNode, Node rightNode, Environment environment)
            throws EvaluationException {
        Datum left = leftNode.evaluate(environment);
        Datum right = rightNode.evaluate(environment);
        if (left instanceof Datum.Int(long a) && right instanceof Datum.Int(long b)) {
            return Long.compare(a, b);
        }
        if (left instanceof Datum.Datetime(long a) && right instanceof Datum.Datetime(long b)) {
            return Long.compare(a, b);
        }
        if (left instanceof Datum.Duration(long a) && right instanceof Datum.Duration(long b)) {
            return Long.compare(a, b);
        }
        throw new EvaluationException(
                "cannot order " + left.typeName() + " and " + right.typeName());
    }

    private static Node arithmetic(Operator operator, Node leftNode, Node rightNode) {
        return env -> {
            long left = leftNode.evaluate(env).asLong();
            long right = rightNode.evaluate(env).asLong();
            try {
                return new Datum.Int(
                        switch (operator) {
                            case PLUS -> Math.addExact(left, right);
                            case MINUS -> Math.subtractExact(left, right);
                            default -> Math.multiplyExact(left, right);
                        });
            } catch (ArithmeticException _) {
                throw overflow(operator.name(), right);
            }
        };
    }

    private static EvaluationException overflow(String operator, long operand) {
        return new EvaluationException("Long overflow at " + operator + " " + operand);
    }

    private static Node attribute(Node compiled, Expression of, String name) {
        if (of instanceof Expression.Reference(_, Variable root)) {
            return new AttributePath(root, List.of(name));
        }
        if (compiled instanceof AttributePath path) {
            return path.then(name);
        }
        return env -> EntityLookup.attribute(compiled.evaluate(env), name, env);
    }

    private static Node has(Expression of, List<String> names) {
        String last = names.getLast();
        Expression parent = of;
        for (String name : names.subList(0, names.size() - 1)) {
            parent = new Expression.Attribute(of.at(), parent, name);
        }
        Node lastStep = hasOne(parent, last);
        if (names.size() == 1) {
            return lastStep;
        }
        // e has a.b.c means e has a && e.a has b && e.a.b has c.
        Node firstSteps = has(of, names.subList(0, names.size() - 1));
        return and(new Node[] {firstSteps, lastStep});
    }

    private static Node hasOne(Expression of, String name) {
        if (of instanceof Expression.Reference(_, Variable root)) {
            AttributePath path = new AttributePath(root, List.of());
            return env -> Datum.Bool.of(path.has(env, name));
        }
        Node compiled = compile(of);
        if (compiled instanceof AttributePath path) {
            return env -> Datum.Bool.of(path.has(env, name));
        }
        return env -> Datum.Bool.of(EntityLookup.has(compiled.evaluate(env), name, env));
    }

    private static Node is(Node of, String type, Optional<Node> in) {
        if (in.isEmpty()) {
            return env -> Datum.Bool.of(of.evaluate(env).asEntity().type().equals(type));
        }
        Node ancestors = in.get();
        return env -> {
            Datum subject = of.evaluate(env);
            EntityUid uid = subject.asEntity();
            return Datum.Bool.of(
                    uid.type().equals(type)
                            && EntityLookup.in(subject, ancestors.evaluate(env), env));
        };
    }

    private static Node setOf(Node[] elements) {
        return env -> {
            Set<Datum> set = HashSet.newHashSet(elements.length);
            for (Node element : elements) {
                set.add(element.evaluate(env));
            }
            return new Datum.SetOf(set);
        };
    }

    private static Node struct(Map<String, Expression> members) {
        Map<String, Node> compiled = new LinkedHashMap<>();
        members.forEach((name, member) -> compiled.put(name, compile(member)));
        return env -> {
            Map<String, Datum> struct = LinkedHashMap.newLinkedHashMap(compiled.size());
            for (Map.Entry<String, Node> member : compiled.entrySet()) {
                struct.put(member.getKey(), member.getValue().evaluate(env));
            }
            return new Datum.Struct(struct);
        };
    }

    private static Node call(ExtensionFunction function, List<Expression> arguments) {
        Node[] compiled = compileAll(arguments);
        Node call =
                env -> {
                    Datum[] values = new Datum[compiled.length];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = compiled[i].evaluate(env);
                    }
                    return function.call(values);
                };
        return Folding.fold(call, arguments);
    }
}
