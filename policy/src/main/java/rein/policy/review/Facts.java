package rein.policy.review;

import java.util.List;
import rein.vocabulary.RunFacts;

/** What is known of a run, seen otherwise. */
final class Facts {
    private Facts() {}

    /** As a run under this pack that nobody has granted anything. */
    static RunFacts without(RunFacts facts, String pack) {
        return new RunFacts(facts.run(), pack, List.of(), facts.taints(), facts.counters());
    }
}
