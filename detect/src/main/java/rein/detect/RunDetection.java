package rein.detect;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.Run;

/**
 * Shows every record of a run to every detector. The only thing in this stage that changes: it
 * keeps one state per run, each under a lock of its own. It owns no thread and needs no closing;
 * whoever follows the log calls {@link #see}, from any thread.
 */
public final class RunDetection {
    /** Runs of one node that are watched at once; beyond it the one silent longest is forgotten. */
    public static final int RUNS_MAX = 8_192;

    private final List<Detector<?>> detectors;
    private final int runsMax;
    private final Map<UUID, RunWatch> runs = new ConcurrentHashMap<>();
    private final AtomicLong turns = new AtomicLong();
    private final DetectionCounts.Tally tally = new DetectionCounts.Tally();

    public RunDetection(List<Detector<?>> detectors) {
        this(detectors, RUNS_MAX);
    }

    RunDetection(List<Detector<?>> detectors, int runsMax) {
        this.detectors = List.copyOf(detectors);
        this.runsMax = runsMax;
    }

    /**
     * What this record means. Records that this product makes of findings, incidents and stops mean
     * nothing here, so that nothing goes round in circles.
     */
    public List<Detection> see(Entry entry) {
        Draft draft = entry.draft();
        if (draft.kind() == Kind.RESUMED) {
            resumed(draft);
            return List.of();
        }
        Optional<Run> run = draft.run();
        if (run.isEmpty()) {
            return List.of();
        }
        if (draft.kind() == Kind.RUN_ENDED) {
            runs.remove(run.get().id());
            return List.of();
        }
        tally.seen.increment();
        Observation seen = Observation.of(entry);
        if (seen instanceof Observation.Unreadable) {
            tally.unreadable.increment();
            return List.of();
        }
        if (seen instanceof Observation.Other) {
            return List.of();
        }
        return watch(run.get()).see(seen);
    }

    public DetectionCounts counts() {
        return tally.counts();
    }

    /** Runs watched now. */
    public int watched() {
        return runs.size();
    }

    private RunWatch watch(Run run) {
        RunWatch watch = runs.computeIfAbsent(run.id(), id -> new RunWatch(run, detectors, tally));
        watch.touched = turns.incrementAndGet();
        if (runs.size() > runsMax) {
            runs.values().stream()
                    .min(Comparator.comparingLong(candidate -> candidate.touched))
                    .filter(oldest -> runs.remove(oldest.run().id(), oldest))
                    .ifPresent(oldest -> tally.evicted.increment());
        }
        return watch;
    }

    /**
     * A person let these runs go on: they begin anew. What was found before must not hide that the
     * same is tried again, and routes tried before must not suspend it at its next step.
     */
    private void resumed(Draft draft) {
        String scope = draft.detail().getOrDefault("scope", "fleet");
        String name = draft.detail().getOrDefault("scope-name", "");
        runs.values().removeIf(watch -> covers(scope, name, watch.run()));
    }

    private static boolean covers(String scope, String name, Run run) {
        return switch (scope) {
            case "run" -> run.id().toString().equals(name);
            case "agent" -> run.agent().name().equals(name);
            case "blueprint" -> run.agent().blueprint().equals(name);
            case "owner" -> run.agent().owner().equals(name);
            default -> true;
        };
    }
}
