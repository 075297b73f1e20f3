package rein.policy.json;

import java.util.ArrayList;
import java.util.List;
import rein.policy.syntax.Expression;

/** {@code e has a.b.c} step by step. */
final class HasPath {
    private HasPath() {}

    /** {@code e has a}, {@code e.a has b}, {@code e.a.b has c}. */
    static List<Expression> steps(Expression of, List<String> path) {
        List<Expression> steps = new ArrayList<>(path.size());
        Expression reached = of;
        for (String name : path) {
            steps.add(new Expression.Has(of.at(), reached, List.of(name)));
            reached = new Expression.Attribute(of.at(), reached, name);
        }
        return steps;
    }
}
