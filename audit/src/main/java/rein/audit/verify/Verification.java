package rein.audit.verify;

import java.util.List;
import java.util.OptionalLong;

/**
 * What came of checking a log.
 *
 * @param origin of the log, as its checkpoint says; empty if there is none
 * @param size records that the log's own checkpoint covers
 * @param rootBase64 of the tree over them, recomputed from the records
 * @param notYetSigned whole records behind the checkpoint
 * @param tornBytes bytes of a record that was being written when the log was left, or is now; such
 *     a record was never acknowledged
 * @param outsideSize size of the checkpoint from outside that the log agrees with
 * @param trusted which checkpoint and key were trusted, and whence
 * @param notChecked what this does not show, in sentences
 * @param failures the first of what is wrong, at most {@link #FAILURES_MAX}
 * @param failuresFound how many there are in all
 */
public record Verification(
        String origin,
        long size,
        String rootBase64,
        long notYetSigned,
        long tornBytes,
        OptionalLong outsideSize,
        String trusted,
        List<String> notChecked,
        List<Failure> failures,
        long failuresFound) {

    /**
     * Failures that are kept: one altered record shows in a few places, a lost disk in millions.
     */
    public static final int FAILURES_MAX = 50;

    public Verification {
        notChecked = List.copyOf(notChecked);
        failures = List.copyOf(failures);
    }

    public boolean sound() {
        return failuresFound == 0;
    }

    /** The result in one sentence; it never claims more than was checked. */
    public String sentence() {
        if (!sound()) {
            return "Not sound: "
                    + failuresFound
                    + (failuresFound == 1 ? " failure, at " : " failures, the first at ")
                    + failures.getFirst();
        }
        String records = origin + ": " + size + " records, " + notYetSigned + " not yet signed; ";
        return outsideSize.isPresent()
                ? records
                        + "the first "
                        + outsideSize.getAsLong()
                        + " are the ones of "
                        + trusted
                        + "; those after it are internally consistent."
                : records + "internally consistent; rewriting by the key holder is not excluded.";
    }
}
