package rein.vocabulary;

import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a request. It always carries its reasons; a denial reads as help.
 *
 * @param policies ids of the determining policies, sorted; empty when nothing permitted (deny by
 *     default)
 * @param names true if a determining permit names exactly this resource ({@code resource == …});
 *     only such a permit opens an address that is not public
 * @param foreseen what policies that do not count yet would have made of it; empty: the same
 */
public record Decision(
        Outcome outcome,
        List<String> policies,
        List<Reason> reasons,
        boolean names,
        List<Foreseen> foreseen) {
    public enum Outcome {
        ALLOW,
        DENY,
        REQUIRE_APPROVAL
    }

    public Decision {
        policies = List.copyOf(policies);
        reasons = List.copyOf(reasons);
        foreseen = List.copyOf(foreseen);
        if (outcome != Outcome.ALLOW && reasons.isEmpty()) {
            throw new IllegalArgumentException("a decision of " + outcome + " needs a reason");
        }
    }

    /** A decision that no policy in shadow or warn mode would have changed. */
    public Decision(Outcome outcome, List<String> policies, List<Reason> reasons, boolean names) {
        this(outcome, policies, reasons, names, List.of());
    }

    /**
     * The same decision.
     *
     * @param seen what was foreseen
     * @param warnings reasons for whoever reads the record or the run's terminal
     */
    public Decision with(List<Foreseen> seen, List<Reason> warnings) {
        List<Reason> all = new ArrayList<>(reasons);
        all.addAll(warnings);
        return new Decision(outcome, policies, all, names, seen);
    }

    public boolean allowed() {
        return outcome == Outcome.ALLOW;
    }

    public static Decision deny(String code, String text, String nextStep) {
        return new Decision(
                Outcome.DENY, List.of(), List.of(new Reason(code, text, nextStep)), false);
    }
}
