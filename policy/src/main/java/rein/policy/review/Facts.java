package rein.policy.review;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Value;

/** What is known of a run, seen otherwise. */
final class Facts {
    private Facts() {}

    /** What was asked for, whatever the run had done before. */
    static Request asked(Request request) {
        Map<String, Value> context = new HashMap<>(request.context());
        context.remove(NewRun.MEMBER);
        return new Request(
                request.principal(),
                request.action(),
                request.resource(),
                context,
                request.entities());
    }

    /** As a run under this pack that nobody has granted anything. */
    static RunFacts without(RunFacts facts, String pack) {
        return new RunFacts(facts.run(), pack, List.of(), facts.taints(), facts.counters());
    }
}
