package rein.vocabulary;

import java.util.List;

/**
 * The answer to a request. It always carries its reasons; a denial reads as help.
 *
 * @param policies ids of the determining policies, sorted; empty when nothing permitted (deny by
 *     default)
 * @param names true if a determining permit names exactly this resource ({@code resource == …});
 *     only such a permit opens an address that is not public
 */
public record Decision(
        Outcome outcome, List<String> policies, List<Reason> reasons, boolean names) {
    public enum Outcome {
        ALLOW,
        DENY,
        REQUIRE_APPROVAL
    }

    public Decision {
        policies = List.copyOf(policies);
        reasons = List.copyOf(reasons);
        if (outcome != Outcome.ALLOW && reasons.isEmpty()) {
            throw new IllegalArgumentException("a decision of " + outcome + " needs a reason");
        }
    }

    public boolean allowed() {
        return outcome == Outcome.ALLOW;
    }

    public static Decision deny(String code, String text, String nextStep) {
        return new Decision(
                Outcome.DENY, List.of(), List.of(new Reason(code, text, nextStep)), false);
    }
}
