package rein.vocabulary;

import java.util.List;

/**
 * What a decision would have been if the texts of one mode counted too. Only where that is another
 * outcome than the decision's own.
 *
 * @param mode warn or shadow: the texts that would have made the difference
 * @param policies ids of the policies that would have determined it, sorted; at most {@value
 *     #POLICIES_MAX}, since it is a note beside a decision
 * @param code the first reason's
 */
public record Foreseen(
        PolicyText.Mode mode, Decision.Outcome outcome, List<String> policies, String code) {
    public static final int POLICIES_MAX = 16;

    public Foreseen {
        policies = List.copyOf(policies.subList(0, Math.min(policies.size(), POLICIES_MAX)));
        if (mode == PolicyText.Mode.ENFORCE) {
            throw new IllegalArgumentException("what is enforced is not foreseen, it is decided");
        }
    }
}
