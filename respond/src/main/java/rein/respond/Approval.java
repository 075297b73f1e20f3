package rein.respond;

/** What came of a person's yes. */
public sealed interface Approval {
    /**
     * It is in force.
     *
     * @param before whether it was so already
     */
    record Granted(Grant grant, boolean before) implements Approval {}

    /** Somebody else has to approve it too. */
    record Waiting(Proposal proposal) implements Approval {}

    /**
     * How many people it needs.
     *
     * @param aboveCeiling whether one person alone may not grant it
     * @param people how many are needed above the ceiling: 1 or 2
     */
    record Need(boolean aboveCeiling, int people) {
        int approvers() {
            return aboveCeiling ? people : 1;
        }
    }
}
