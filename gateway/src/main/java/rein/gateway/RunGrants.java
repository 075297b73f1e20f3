package rein.gateway;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;

/**
 * What people have granted one run, and what it was denied that they could grant. Safe for any
 * thread.
 */
public interface RunGrants {
    /** A run that nobody grants anything. */
    RunGrants NONE = new NoGrants();

    /** Whether an allowed decision uses something up. */
    sealed interface Use {
        /** It rests on a policy, whatever is granted beside it. */
        record Lasting() implements Use {}

        /** It rests on a grant for the run or for a time, which may end at any moment. */
        record Granted() implements Use {}

        /** It rests on a grant for one use, which is now this decision's. */
        record Taken(UUID grant, PolicyText permit) implements Use {}

        /** It rests on a yes that was said to exactly this request. */
        record Approved() implements Use {}

        /** It rested on a grant for one use that is no longer there. */
        record Gone() implements Use {}
    }

    /** The permits in force now; asked under the ledger's lock, must not block. */
    List<PolicyText> permits();

    /**
     * Takes what an allowed decision uses up. INVARIANT: called under the same hold of the ledger's
     * lock as the decision, so that of parallel attempts exactly one gets a grant for one use.
     */
    Use take(Decision allowed);

    /** Nothing came of the attempt before anything was dialed: the grant is there again. */
    void giveBack(Use.Taken taken);

    /**
     * Records that the grant is used up; only then may the effect happen.
     *
     * @param decision the record of the decision that used it
     */
    void used(Use.Taken taken, UUID decision) throws RecordRefusedException;

    /** Whether a flow that was opened with this grant may go on: it was not taken back. */
    boolean stands(Use.Taken taken);

    /** The denial that names this destination already, if there was one. */
    Optional<UUID> denial(Wanted wanted);

    /**
     * A destination was denied that a person could allow.
     *
     * @param record the denial's
     * @return the record that names it from now on: the first of this destination
     */
    UUID denied(Wanted wanted, UUID record);

    /**
     * A place in which one request waits until people answer; close it afterwards.
     *
     * @return empty where as many wait as may, or nobody can be asked
     */
    Optional<WaitingPlace> waitingPlace();
}
