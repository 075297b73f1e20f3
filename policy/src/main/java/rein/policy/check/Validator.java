package rein.policy.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import rein.policy.schema.Schema;
import rein.policy.schema.Type;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Problem;
import rein.vocabulary.EntityUid;

/**
 * Checks policies against a schema, as Cedar's validator does in its strict mode: what passes
 * cannot fail for a wrong type or a missing attribute when a request keeps to the schema.
 * Immutable; safe for any thread.
 *
 * <p>Beyond Cedar: an action marked {@code @unserved} may not be named, a text may be compared only
 * with what its {@code @words} allow, and {@link Names#DECLARED} may be asked for.
 */
public final class Validator {
    private final Schema schema;
    private final Names names;
    private final HeadCheck heads;

    /** What {@code has} may be asked of the variables of a request. */
    public enum Names {
        /** As in Cedar: what is nowhere is never there. */
        ANY,
        /** Only what some request that the policy can meet may have; else it is misspelt. */
        DECLARED
    }

    /**
     * What was found in a text.
     *
     * @param errors why it is refused; in the order of the text, at most {@value
     *     Bounds#PROBLEMS_MAX}
     * @param warnings what it is accepted with: policies that can never apply
     */
    public record Verdict(List<Problem> errors, List<Problem> warnings) {
        public Verdict {
            errors = List.copyOf(errors);
            warnings = List.copyOf(warnings);
        }
    }

    public Validator(Schema schema, Names names) {
        this.schema = schema;
        this.names = names;
        this.heads =
                new HeadCheck(
                        schema,
                        schema.shapes().stream()
                                .filter(shape -> shape.action().unserved().isEmpty())
                                .toList());
    }

    public Schema schema() {
        return schema;
    }

    /**
     * Checks the policies of one text.
     *
     * @param text its name, for messages
     */
    public Verdict check(String text, List<Policy> policies) {
        List<Problem> errors = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>();
        for (Policy policy : policies) {
            Findings found = new Findings(text);
            boolean applies = check(policy, found);
            errors.addAll(found.problems());
            if (!applies && found.isEmpty() && warnings.size() < Bounds.PROBLEMS_MAX) {
                warnings.add(
                        new Problem(
                                text,
                                policy.at(),
                                "this policy never applies",
                                "its conditions are false for every request"));
            }
            if (errors.size() >= Bounds.PROBLEMS_MAX) {
                return new Verdict(errors.subList(0, Bounds.PROBLEMS_MAX), warnings);
            }
        }
        return new Verdict(errors, warnings);
    }

    /** The actions that a policy's head can match and that something decides on. */
    public Set<EntityUid> actions(Policy policy) {
        Set<EntityUid> actions = new TreeSet<>();
        heads.allowed(policy).forEach(shape -> actions.add(shape.action().uid()));
        return actions;
    }

    /** Whether it can apply to any request. */
    private boolean check(Policy policy, Findings found) {
        new NameCheck(schema, found).check(policy);
        List<Schema.Shape> shapes = heads.allowed(policy);
        if (shapes.isEmpty() && found.isEmpty()) {
            heads.explain(policy, found);
        }
        boolean applies = false;
        for (Schema.Shape shape : shapes) {
            TypeCheck check = new TypeCheck(schema, shapes, shape, names, found);
            Typed conditions = check.conditions(policy.conditions());
            applies |= !conditions.is(Type.Bool.FALSE);
            if (!conditions.sound() && found.isEmpty()) {
                // Never seen; but nothing that was not understood may pass.
                found.add(policy.at(), "this policy cannot be checked", "");
            }
        }
        return applies;
    }
}
