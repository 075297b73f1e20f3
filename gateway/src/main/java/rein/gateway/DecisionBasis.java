package rein.gateway;

import java.util.Map;
import rein.vocabulary.Decision;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;

/**
 * Writes down what a policy decision was made on, so that it can be explained and made again
 * (DESIGN §7, Replay). What it returns becomes content of the decision's record.
 */
@FunctionalInterface
public interface DecisionBasis {
    /** Of doors whose decisions nobody makes again. */
    DecisionBasis NONE = _ -> Map.of();

    /**
     * What was asked, known and answered.
     *
     * @param policy what policy answered; a door may have refused all the same
     */
    record Asked(Request request, RunFacts facts, Decision policy) {}

    /** Content by name; called before the record is written, on the connection's thread. */
    Map<String, String> of(Asked asked);
}
