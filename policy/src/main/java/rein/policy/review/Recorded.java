package rein.policy.review;

import rein.vocabulary.Decision;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;

/**
 * A request as it was decided once.
 *
 * @param facts what was known of the run then, its own policies among them
 * @param policy what policy answered
 * @param passed whether it passed: a door may refuse what policy allows
 * @param times how often it was decided so in a row; repeats are folded into one record
 */
public record Recorded(
        Request request, RunFacts facts, Decision.Outcome policy, boolean passed, long times) {
    public Recorded {
        if (times < 1) {
            throw new IllegalArgumentException("a request recorded " + times + " times");
        }
    }

    public String agent() {
        return request.principal().id();
    }
}
