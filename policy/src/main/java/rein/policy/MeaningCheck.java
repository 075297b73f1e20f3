package rein.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rein.policy.engine.Annotations;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Problem;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;
import rein.vocabulary.Action;
import rein.vocabulary.EntityUid;

/**
 * Whether a policy that parses can be enforced: its annotations here, all else by the {@link
 * ReinSchema}.
 */
final class MeaningCheck {
    /** Reason codes are for machines. */
    private static final java.util.regex.Pattern CODE =
            java.util.regex.Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    private final String text;
    private final Policy policy;
    private final List<Problem> problems = new ArrayList<>();

    private MeaningCheck(String text, Policy policy) {
        this.text = text;
        this.policy = policy;
    }

    static List<Problem> check(String text, Policy policy) {
        MeaningCheck check = new MeaningCheck(text, policy);
        check.annotations();
        check.ofDoors(ReinSchema.validator().actions(policy));
        check.problems.addAll(ReinSchema.validator().check(text, List.of(policy)).errors());
        return check.problems;
    }

    /** A misspelt annotation would turn {@code @approval("owner")} into a plain permit. */
    private void annotations() {
        for (Map.Entry<String, String> annotation : policy.annotations().entrySet()) {
            String key = annotation.getKey();
            String value = annotation.getValue();
            if (!Annotations.KNOWN.contains(key)) {
                problem("unknown annotation @" + key, Spelling.help(key, Annotations.KNOWN));
            } else if (key.equals("code") && !CODE.matcher(value).matches()) {
                problem(
                        "@code is " + Quoting.literal(value),
                        "a code has up to 64 lower-case letters, digits and dashes");
            }
        }
        Annotations.faults(policy).forEach(fault -> problem(fault.message(), fault.help()));
    }

    /** Only the egress door waits for people, and only there has a run touched something. */
    private void ofDoors(Set<EntityUid> actions) {
        boolean annotated =
                policy.annotation("approval").isPresent() || policy.annotation("taint").isPresent();
        if (annotated && !actions.equals(Set.of(Action.NETWORK_CONNECT.uid()))) {
            problem(
                    "@approval and @taint have a meaning for network:connect alone",
                    "name the action: action == Action::\"network:connect\"");
        }
    }

    private void problem(String message, String help) {
        problems.add(new Problem(text, policy.at(), message, help));
    }
}
