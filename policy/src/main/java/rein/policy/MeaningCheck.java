package rein.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Problem;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;

/**
 * Whether a policy that parses can be enforced: its annotations here, all else by the {@link
 * ReinSchema}.
 */
final class MeaningCheck {
    private static final List<String> ANNOTATIONS =
            List.of("id", "reason", "code", "next", "decision", "description");

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
        check.problems.addAll(ReinSchema.validator().check(text, List.of(policy)).errors());
        return check.problems;
    }

    /** A misspelt annotation would turn {@code @decision("approval")} into a plain permit. */
    private void annotations() {
        for (Map.Entry<String, String> annotation : policy.annotations().entrySet()) {
            String key = annotation.getKey();
            String value = annotation.getValue();
            if (!ANNOTATIONS.contains(key)) {
                problem("unknown annotation @" + key, Spelling.help(key, ANNOTATIONS));
            } else if (key.equals("code") && !CODE.matcher(value).matches()) {
                problem(
                        "@code is " + Quoting.literal(value),
                        "a code has up to 64 lower-case letters, digits and dashes");
            } else if (key.equals("decision") && !(value.equals("approval") && policy.permits())) {
                problem(
                        "@decision is " + Quoting.literal(value),
                        "only @decision(\"approval\") on a permit has a meaning");
            }
        }
    }

    private void problem(String message, String help) {
        problems.add(new Problem(text, policy.at(), message, help));
    }
}
