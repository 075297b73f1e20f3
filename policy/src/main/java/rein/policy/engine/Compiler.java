package rein.policy.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import rein.policy.engine.Node.Test;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Operator;
import rein.policy.syntax.Expression.Variable;
import rein.policy.syntax.Policy;
import rein.policy.value.Datum;
import rein.policy.value.EvaluationException;
import rein.policy.value.ExtensionFunction;
import rein.policy.value.Pattern;
import rein.vocabulary.EntityUid;

/**
 * Policies to rules, once per set. The evaluation rules are those of Cedar's evaluator. Recursion
 * is bounded by the height of the trees.
 */
final class Compiler {
    /**
     * Paths of a set whose values are kept while a request is decided; each is a reference that
     * every decision clears. Policies speak of some dozen attributes.
     */
    private static final int PATHS_MAX = 64;

    private final Map<List<String>, AttributePath> paths = new HashMap<>();

    /** How many places the paths of all rules so far have. */
    int paths() {
        return Math.min(paths.size(), PATHS_MAX);
    }

    Rule rule(CompiledPolicy policy) {
        List<Node> conditions = new ArrayList<>();
        for (Policy.Condition condition : policy.policy().conditions()) {
            Expression expression = condition.expression();
            if (!condition.holdsWhen()) {
                conditions.add(not(compile(expression)));
            } else if (expression instanceof Expression.And(_, List<Expression> parts)) {
                parts.forEach(part -> conditions.add(compile(part)));
            } else {
                conditions.add(compile(expression));
            }
        }
        return new Rule(policy, conditions.toArray(Node[]::new));
    }

    Node compile(Expression expression) {
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
                yield (Test) env -> pattern.matches(text.evaluate(env).asText());
            }
            case Expression.Is(_, Expression of, String type, Optional<Expression> in) ->
                    is(compile(of), type, in.map(this::compile));
            case Expression.SetOf(_, List<Expression> elements) ->
                    Folding.fold(setOf(compileAll(elements)), elements);
            case Expression.Struct(_, Map<String, Expression> members) -> struct(members);
            case Expression.Call(_, ExtensionFunction function, List<Expression> arguments) ->
                    call(function, arguments);
        };
    }

    private Node[] compileAll(List<Expression> expressions) {
        return expressions.stream().map(this::compile).toArray(Node[]::new);
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
        return env -> test.holds(env) ? then.evaluate(env) : otherwise.evaluate(env);
    }

    private static Test and(Node[] parts) {
        return env -> {
            for (Node part : parts) {
                if (!part.holds(env)) {
                    return false;
                }
            }
            return true;
        };
    }

    private static Test or(Node[] parts) {
        return env -> {
            for (Node part : parts) {
                if (part.holds(env)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Test not(Node of) {
        return env -> !of.holds(env);
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

    private static Test isEmpty(Node of) {
        return env -> of.evaluate(env).asSet().isEmpty();
    }

    private Node binary(Expression.Binary binary) {
        Node left = compile(binary.left());
        Node right = compile(binary.right());
        Operator operator = binary.operator();
        return switch (operator) {
            case EQUAL -> Comparing.equal(left, right, binary.right());
            case UNEQUAL -> not(Comparing.equal(left, right, binary.right()));
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                    Comparing.order(operator, left, right, binary.right());
            case IN -> (Test) env -> EntityLookup.in(left.evaluate(env), right.evaluate(env), env);
            case PLUS, MINUS, TIMES -> arithmetic(operator, left, right);
            case CONTAINS -> (Test) env -> left.evaluate(env).asSet().contains(right.evaluate(env));
            case CONTAINS_ALL ->
                    (Test)
                            env ->
                                    left.evaluate(env)
                                            .asSet()
                                            .containsAll(right.evaluate(env).asSet());
            case CONTAINS_ANY ->
                    (Test)
                            env ->
                                    !Collections.disjoint(
                                            left.evaluate(env).asSet(),
                                            right.evaluate(env).asSet());
            case HAS_TAG ->
                    (Test) env -> EntityLookup.hasTag(left.evaluate(env), right.evaluate(env), env);
            case GET_TAG -> env -> EntityLookup.tag(left.evaluate(env), right.evaluate(env), env);
        };
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

    private Node attribute(Node compiled, Expression of, String name) {
        if (of instanceof Expression.Reference(_, Variable root)) {
            return path(root, List.of(name));
        }
        if (compiled instanceof AttributePath(Variable root, List<String> names, _)) {
            return path(root, Stream.concat(names.stream(), Stream.of(name)).toList());
        }
        return env -> EntityLookup.attribute(compiled.evaluate(env), name, env);
    }

    /** One node for each path of the set, however many policies speak of it. */
    private AttributePath path(Variable root, List<String> names) {
        List<String> key = Stream.concat(Stream.of(root.word()), names.stream()).toList();
        int place = paths.size() < PATHS_MAX ? paths.size() : AttributePath.NO_PLACE;
        return paths.computeIfAbsent(key, _ -> new AttributePath(root, names, place));
    }

    private Node has(Expression of, List<String> names) {
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

    private Test hasOne(Expression of, String name) {
        if (of instanceof Expression.Reference(_, Variable root)) {
            AttributePath path = new AttributePath(root, List.of(), AttributePath.NO_PLACE);
            return env -> path.has(env, name);
        }
        Node compiled = compile(of);
        if (compiled instanceof AttributePath path) {
            return env -> path.has(env, name);
        }
        return env -> EntityLookup.has(compiled.evaluate(env), name, env);
    }

    private static Test is(Node of, String type, Optional<Node> in) {
        if (in.isEmpty()) {
            return env -> of.evaluate(env).asEntity().type().equals(type);
        }
        Node ancestors = in.get();
        return env -> {
            Datum subject = of.evaluate(env);
            EntityUid uid = subject.asEntity();
            return uid.type().equals(type)
                    && EntityLookup.in(subject, ancestors.evaluate(env), env);
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

    private Node struct(Map<String, Expression> members) {
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

    private Node call(ExtensionFunction function, List<Expression> arguments) {
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
