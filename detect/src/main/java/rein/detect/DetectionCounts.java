package rein.detect;

import java.util.concurrent.atomic.LongAdder;

/**
 * What detection did, and what it could not do; shown with the node's health.
 *
 * @param seen records that belong to a run
 * @param findings news among the matches
 * @param repeated matches that told nothing new
 * @param late records that came in more than {@link Window#LATENESS_MAX} after a newer one
 * @param unreadable records that lack what they must have
 * @param evicted runs forgotten before their end, to make room
 * @param failed times that a detector broke; each is a defect
 */
public record DetectionCounts(
        long seen,
        long findings,
        long repeated,
        long late,
        long unreadable,
        long evicted,
        long failed) {

    /** The running counts; any thread adds. */
    static final class Tally {
        final LongAdder seen = new LongAdder();
        final LongAdder findings = new LongAdder();
        final LongAdder repeated = new LongAdder();
        final LongAdder late = new LongAdder();
        final LongAdder unreadable = new LongAdder();
        final LongAdder evicted = new LongAdder();
        final LongAdder failed = new LongAdder();

        DetectionCounts counts() {
            return new DetectionCounts(
                    seen.sum(),
                    findings.sum(),
                    repeated.sum(),
                    late.sum(),
                    unreadable.sum(),
                    evicted.sum(),
                    failed.sum());
        }
    }
}
