package rein.vocabulary;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The answer to a request. It always carries its reasons; a denial reads as help.
 *
 * @param policies ids of the determining policies, sorted; empty when nothing permitted (deny by
 *     default)
 * @param names true if a determining permit names exactly this resource ({@code resource == …});
 *     only such a permit opens an address that is not public
 * @param foreseen what policies that do not count yet would have made of it; empty: the same
 * @param taints what the run has touched once this has passed
 * @param consent whose yes it needs, exactly where the outcome is {@link Outcome#REQUIRE_APPROVAL}
 */
public record Decision(
        Outcome outcome,
        List<String> policies,
        List<Reason> reasons,
        boolean names,
        List<Foreseen> foreseen,
        Set<Taint> taints,
        Optional<Consent> consent) {
    public enum Outcome {
        ALLOW,
        DENY,
        REQUIRE_APPROVAL
    }

    public Decision {
        policies = List.copyOf(policies);
        reasons = List.copyOf(reasons);
        foreseen = List.copyOf(foreseen);
        taints = Set.copyOf(taints);
        if (outcome != Outcome.ALLOW && reasons.isEmpty()) {
            throw new IllegalArgumentException("a decision of " + outcome + " needs a reason");
        }
        if ((outcome == Outcome.REQUIRE_APPROVAL) != consent.isPresent()) {
            throw new IllegalArgumentException("a decision of " + outcome + " with " + consent);
        }
    }

    /** An answer of yes or no that nothing else would have changed, and that leaves no taint. */
    public Decision(Outcome outcome, List<String> policies, List<Reason> reasons, boolean names) {
        this(outcome, policies, reasons, names, List.of(), Set.of(), Optional.empty());
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
        return new Decision(outcome, policies, all, names, seen, taints, consent);
    }

    /**
     * What it becomes once the yes that it needs was said.
     *
     * @param how by whom, for the record
     */
    public Decision approved(Reason how) {
        return new Decision(
                Outcome.ALLOW, policies, List.of(how), names, foreseen, taints, Optional.empty());
    }

    public boolean allowed() {
        return outcome == Outcome.ALLOW;
    }

    public static Decision deny(String code, String text, String nextStep) {
        return new Decision(
                Outcome.DENY, List.of(), List.of(new Reason(code, text, nextStep)), false);
    }
}
