package rein.policy.review;

import java.util.ArrayList;
import java.util.List;
import rein.policy.CedarDecisionPoint;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Tenant;

/**
 * Texts that are decided with together, as a snapshot's are, but for a review: in force nowhere.
 * Safe for any thread.
 */
public final class TextSet {
    /** The number of no snapshot: a review's decisions are not a node's. */
    private static final long NUMBER = 0;

    private final Tenant tenant;
    private final List<PolicyText> texts;
    private final CedarDecisionPoint decisions = new CedarDecisionPoint();
    private final Snapshot snapshot;

    public TextSet(Tenant tenant, List<PolicyText> texts) {
        this.tenant = tenant;
        this.texts = List.copyOf(texts);
        this.snapshot = new Snapshot(tenant, NUMBER, 0, this.texts, List.of());
    }

    public List<PolicyText> texts() {
        return texts;
    }

    public Decision decide(Request request, RunFacts facts) {
        return decisions.decide(request, snapshot, facts);
    }

    /** What a person may do in the management API, decided from the fleet's policies alone. */
    public Decision decide(Request request) {
        return decisions.decide(request, snapshot);
    }

    public Decision decide(Recorded recorded) {
        return decide(recorded.request(), recorded.facts());
    }

    /** With one text more. */
    public TextSet with(PolicyText text) {
        List<PolicyText> more = new ArrayList<>(texts);
        more.add(text);
        return new TextSet(tenant, more);
    }
}
