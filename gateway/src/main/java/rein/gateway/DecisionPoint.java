package rein.gateway;

import rein.vocabulary.Decision;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Snapshot;

/** Decides. Synchronous and pure: no I/O, no clock; it is called under the run's ledger lock. */
@FunctionalInterface
public interface DecisionPoint {
    Decision decide(Request request, Snapshot snapshot, RunFacts facts);
}
