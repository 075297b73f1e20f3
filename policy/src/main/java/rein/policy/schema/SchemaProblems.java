package rein.policy.schema;

import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;

/** How the schema complains. */
final class SchemaProblems {
    private SchemaProblems() {}

    static PolicyException meaning(String name, Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.MEANING, new Problem(name, at, message, help));
    }

    static PolicyException tooLarge(String name, Position at, String message, String help) {
        return new PolicyException(
                PolicyException.Code.TOO_LARGE, new Problem(name, at, message, help));
    }
}
