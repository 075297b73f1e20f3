package rein.policy.review;

import java.util.List;
import rein.vocabulary.Decision;
import rein.vocabulary.Decision.Outcome;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;

/**
 * A case that a policy set has to meet: a request and what must come of it.
 *
 * @param determining ids of the policies that must have determined it, whole ({@code name#id}) or
 *     without their text's name; empty: any
 */
public record PolicyCase(
        String name, Request request, RunFacts facts, Outcome expected, List<String> determining) {
    /** As many as a set of a thousand policies needs; each is some microseconds of work. */
    public static final int CASES_MAX = 5_000;

    public PolicyCase {
        determining = List.copyOf(determining);
    }

    /**
     * What came of a case.
     *
     * @param said what was decided instead, as a sentence; empty where it is met
     */
    public record Result(String name, boolean met, String said) {}

    public Result run(TextSet texts) {
        Decision decision = texts.decide(request, facts);
        boolean outcome = decision.outcome() == expected;
        boolean policies =
                determining.stream()
                        .allMatch(wanted ->
                                decision.policies().stream()
                                        .anyMatch(id ->
                                                id.equals(wanted) || id.endsWith("#" + wanted)));
        return new Result(
                name, outcome && policies, outcome && policies ? "" : said(decision, outcome));
    }

    private String said(Decision decision, boolean outcome) {
        String by =
                decision.policies().isEmpty()
                        ? "no policy"
                        : String.join(", ", decision.policies());
        String why = decision.reasons().isEmpty() ? "" : " " + decision.reasons().getFirst().text();
        return outcome
                ? "expected to be determined by "
                        + String.join(", ", determining)
                        + ", was determined by "
                        + by
                        + "."
                : "expected "
                        + word(expected)
                        + ", got "
                        + word(decision.outcome())
                        + " by "
                        + by
                        + "."
                        + why;
    }

    /** As people write it. */
    public static String word(Outcome outcome) {
        return switch (outcome) {
            case ALLOW -> "allow";
            case DENY -> "deny";
            case REQUIRE_APPROVAL -> "require-approval";
        };
    }
}
