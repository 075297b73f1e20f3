package rein.policy.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Operator;
import rein.policy.syntax.Policy;
import rein.policy.syntax.ScopeTest;
import rein.policy.value.Datum;
import rein.vocabulary.Action;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;

/**
 * A permit that names one host and every port and protocol by itself, so that somebody can be asked
 * whether each of them is inside the ceiling.
 */
public record ExactGrant(String host, Set<Reach.Way> ways) {
    /** Ways in one permit; more name no small thing. */
    private static final int WAYS_MAX = 64;

    /**
     * The policy of this id as a grant; empty if it is anything else, or wider.
     *
     * @param localId without the text's name
     */
    public static Optional<ExactGrant> find(PolicyText text, String localId) {
        return Placed.find(Placed.of(List.of(text)), text.name() + "#" + localId)
                .flatMap(placed -> of(placed.policy()));
    }

    private static Optional<ExactGrant> of(Policy policy) {
        boolean connects =
                policy.action() instanceof ScopeTest.Equal(EntityUid action)
                        && action.equals(Action.NETWORK_CONNECT.uid());
        if (!policy.permits()
                || !connects
                || !(policy.resource() instanceof ScopeTest.Equal(EntityUid host))
                || !host.type().equals("Host")) {
            return Optional.empty();
        }
        List<Expression> all = new ArrayList<>();
        for (Policy.Condition condition : policy.conditions()) {
            if (condition.holdsWhen()) {
                all.addAll(Coverage.parts(condition));
            }
        }
        Set<Reach.Way> ways = ways(all);
        return ways.isEmpty() || ways.size() > WAYS_MAX
                ? Optional.empty()
                : Optional.of(new ExactGrant(host.id(), ways));
    }

    /** What these, all of which must hold, leave open; empty if it cannot be told. */
    private static Set<Reach.Way> ways(List<Expression> parts) {
        Set<Reach.Way> ways = new TreeSet<>();
        List<Long> ports = new ArrayList<>();
        List<String> protocols = new ArrayList<>();
        for (Expression part : parts) {
            if (part instanceof Expression.Or(_, List<Expression> either)) {
                return either(either);
            }
            for (Datum value : values(part, "port")) {
                if (value instanceof Datum.Int(long port)) {
                    ports.add(port);
                }
            }
            for (Datum value : values(part, "protocol")) {
                if (value instanceof Datum.Text(String protocol)) {
                    protocols.add(protocol);
                }
            }
        }
        ports.forEach(
                port -> protocols.forEach(protocol -> ways.add(new Reach.Way(port, protocol))));
        return ways;
    }

    /** Each of them must tell by itself. */
    private static Set<Reach.Way> either(List<Expression> parts) {
        Set<Reach.Way> ways = new TreeSet<>();
        for (Expression part : parts) {
            List<Expression> conjuncts =
                    part instanceof Expression.And(_, List<Expression> all) ? all : List.of(part);
            Set<Reach.Way> these = ways(conjuncts);
            if (these.isEmpty()) {
                return Set.of();
            }
            ways.addAll(these);
        }
        return ways;
    }

    /** {@code context.port == 443} or {@code [80, 443].contains(context.port)}. */
    private static List<Datum> values(Expression part, String member) {
        if (!(part instanceof Expression.Binary binary)) {
            return List.of();
        }
        if (binary.operator() == Operator.EQUAL && isMember(binary.left(), member)) {
            return literals(List.of(binary.right()));
        }
        return binary.operator() == Operator.CONTAINS
                        && isMember(binary.right(), member)
                        && binary.left() instanceof Expression.SetOf(_, List<Expression> elements)
                ? literals(elements)
                : List.of();
    }

    private static List<Datum> literals(List<Expression> expressions) {
        List<Datum> values = new ArrayList<>();
        for (Expression each : expressions) {
            if (!(each instanceof Expression.Literal(_, Datum value))) {
                return List.of();
            }
            values.add(value);
        }
        return values;
    }

    private static boolean isMember(Expression expression, String member) {
        return expression instanceof Expression.Attribute(_, Expression.Reference of, String name)
                && of.variable() == Expression.Variable.CONTEXT
                && name.equals(member);
    }
}
