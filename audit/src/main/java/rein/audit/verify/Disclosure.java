package rein.audit.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what was trusted, and what a check does not show. */
final class Disclosure {
    private Disclosure() {}

    static String trusted(Trust trust, Optional<TreeHead> outside) {
        String key =
                trust.verifierKey().isPresent()
                        ? "the key from " + trust.whence()
                        : "the key that the log itself declares";
        return outside.isPresent()
                ? "the checkpoint over "
                        + outside.get().size()
                        + " records from "
                        + trust.whence()
                        + ", checked with "
                        + key
                : "the log's own checkpoint, checked with " + key;
    }

    /**
     * The sentences for the report.
     *
     * @param before what the check itself left out
     */
    static List<String> notChecked(
            Trust trust, List<String> before, boolean unsigned, long unfollowed) {
        List<String> all = new ArrayList<>(before);
        if (trust.checkpoint().isEmpty()) {
            all.add("No checkpoint from outside was given: rewriting by the key holder.");
        } else {
            all.add("Records after the checkpoint from outside: rewriting by the key holder.");
        }
        if (trust.verifierKey().isEmpty()) {
            all.add("No key from outside was given: that the log is the writer's at all.");
        }
        if (unsigned) {
            all.add("Records not yet signed: their checksums find accidents, not intent.");
        }
        if (unfollowed > 0) {
            all.add(
                    "The numbering of "
                            + unfollowed
                            + " records: their log holds more than "
                            + RunContinuity.RUNS_MAX
                            + " runs.");
        }
        all.add("Content that records refer to: it is stored apart and may be deleted.");
        return all;
    }
}
