package rein.audit.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Whether the records of each run are numbered 1, 2, 3 … without a gap. */
final class RunContinuity {
    /** Runs followed at once: about 150 MB. More are counted as not checked. */
    static final int RUNS_MAX = 1_000_000;

    private final Map<String, Long> last = new HashMap<>();
    private long unfollowed;

    /** What is wrong with this record's number, or empty. */
    Optional<String> next(String run, long sequence) {
        Long before = last.get(run);
        if (before == null && last.size() >= RUNS_MAX) {
            unfollowed++;
            return Optional.empty();
        }
        last.put(run, sequence);
        long expected = before == null ? 1 : before + 1;
        return sequence == expected
                ? Optional.empty()
                : Optional.of(
                        "record "
                                + sequence
                                + " of run "
                                + run
                                + " stands where record "
                                + expected
                                + " should be");
    }

    /** Records whose run was not followed. */
    long unfollowed() {
        return unfollowed;
    }
}
