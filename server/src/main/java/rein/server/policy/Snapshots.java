package rein.server.policy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Snapshot;

/** What is decided from, now and earlier. */
public interface Snapshots {
    Snapshot current();

    /**
     * Puts policies in force.
     *
     * @return the new snapshot's number if they differ from what was in force
     */
    Optional<Long> put(List<PolicyText> changed) throws IOException;

    /** The policies of an earlier number, if they are kept and signed. */
    Optional<List<PolicyText>> at(long number);
}
