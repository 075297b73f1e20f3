package rein.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Finding;
import rein.vocabulary.Run;

/** What all detectors know of one run, under one lock. */
final class RunWatch {
    private final Run run;
    private final DetectionCounts.Tally tally;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Cell<?>> cells;
    private final Repeats repeats = new Repeats();
    private long newestNanos = Long.MIN_VALUE;

    /** When it was last asked, in the driver's own count; read without the lock to evict. */
    volatile long touched;

    RunWatch(Run run, List<Detector<?>> detectors, DetectionCounts.Tally tally) {
        this.run = run;
        this.tally = tally;
        List<Cell<?>> fresh = new ArrayList<>();
        for (Detector<?> detector : detectors) {
            fresh.add(new Cell<>(detector));
        }
        this.cells = List.copyOf(fresh);
    }

    Run run() {
        return run;
    }

    List<Detection> see(Observation seen) {
        lock.lock();
        try {
            long nanos = seen.nanos();
            if (newestNanos != Long.MIN_VALUE
                    && nanos < newestNanos - Window.LATENESS_MAX.toNanos()) {
                // It is judged all the same; only what it could have been joined with may be gone.
                tally.late.increment();
            }
            newestNanos = Math.max(newestNanos, nanos);
            List<Detection> detections = new ArrayList<>();
            for (Cell<?> cell : cells) {
                for (Match match : cell.see(seen, tally)) {
                    if (repeats.isNew(match, newestNanos)) {
                        detections.add(detection(match, seen));
                    } else {
                        tally.repeated.increment();
                    }
                }
            }
            tally.findings.add(detections.size());
            return List.copyOf(detections);
        } finally {
            lock.unlock();
        }
    }

    private Detection detection(Match match, Observation trigger) {
        Finding finding =
                new Finding(
                        FindingIds.of(match, run.id(), trigger.entry().stamp().happened()),
                        run,
                        match.rule().id(),
                        match.sentence(),
                        match.severity(),
                        match.suspends(),
                        match.rule().techniques(),
                        match.evidence().stream().map(Evidence::record).toList());
        Evidence onset =
                match.evidence().stream()
                        .filter(Evidence::packet)
                        .findFirst()
                        .orElse(match.evidence().getFirst());
        return new Detection(finding, onset.nanos(), onset.packet());
    }

    /** One detector with its state. */
    private static final class Cell<S> {
        private final Detector<S> detector;
        private S state;

        Cell(Detector<S> detector) {
            this.detector = detector;
            this.state = detector.start();
        }

        List<Match> see(Observation seen, DetectionCounts.Tally tally) {
            try {
                Step<S> step = detector.see(state, seen);
                state = step.state();
                return step.matches();
            } catch (RuntimeException broken) {
                // One broken detector must not blind the others. The count is shown by the node's
                // health and is never zero again until it restarts.
                tally.failed.increment();
                return List.of();
            }
        }
    }
}
