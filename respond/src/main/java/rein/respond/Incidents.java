package rein.respond;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Finding;
import rein.vocabulary.Incident;
import rein.vocabulary.Run;
import rein.vocabulary.Severity;
import rein.vocabulary.Uuid7;

/**
 * Joins the findings of a run into one incident. It opens with the first finding of {@link
 * #OPENS_AT}; what was found before, and was too little for an incident, becomes part of it. Safe
 * for any thread.
 */
public final class Incidents {
    /** One metadata probe or one file in a scratch folder is no incident. */
    public static final Severity OPENS_AT = Severity.MEDIUM;

    /** Runs with findings at once; beyond it the one silent longest is forgotten. */
    public static final int RUNS_MAX = 8_192;

    /** Of one run; what comes after is in the log as a finding and is counted. */
    public static final int FINDINGS_MAX = 64;

    /** One run's findings so far. */
    private static final class Case {
        private final Run run;
        private final List<Finding> findings = new ArrayList<>();
        private Optional<UUID> id = Optional.empty();
        private Instant opened;
        private Outcome outcome = new Outcome.Watched();

        private Case(Run run, Instant opened) {
            this.run = run;
            this.opened = opened;
        }

        private Optional<Incident> incident() {
            return id.map(known ->
                    new Incident(
                            known,
                            run,
                            Story.of(run, findings, outcome),
                            worst(),
                            opened,
                            findings));
        }

        private Severity worst() {
            return findings.stream()
                    .map(Finding::severity)
                    .max(Severity::compareTo)
                    .orElse(Severity.INFORMATIONAL);
        }

        /** A worse one takes the place of the least; the first of its kind stays. */
        private boolean add(Finding finding) {
            if (findings.size() < FINDINGS_MAX) {
                return findings.add(finding);
            }
            for (int i = findings.size() - 1; i >= 0; i--) {
                if (findings.get(i).severity().compareTo(finding.severity()) < 0) {
                    findings.remove(i);
                    return findings.add(finding);
                }
            }
            return false;
        }
    }

    private final Uuid7 ids;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, Case> cases = new LinkedHashMap<>(16, 0.75f, true);
    private long leftOut;

    public Incidents(Uuid7 ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    /** The run's incident with this finding in it; empty while there is too little for one. */
    Optional<Incident> add(Finding finding) {
        lock.lock();
        try {
            Case ofRun =
                    cases.computeIfAbsent(
                            finding.run().id(), id -> new Case(finding.run(), clock.instant()));
            if (!ofRun.add(finding)) {
                leftOut++;
            }
            if (ofRun.id.isEmpty() && finding.severity().compareTo(OPENS_AT) >= 0) {
                ofRun.id = Optional.of(ids.next());
                ofRun.opened = clock.instant();
            }
            if (cases.size() > RUNS_MAX) {
                cases.remove(cases.keySet().iterator().next());
            }
            return ofRun.incident();
        } finally {
            lock.unlock();
        }
    }

    /** The incident, saying what was done. */
    Optional<Incident> done(UUID run, Outcome outcome) {
        lock.lock();
        try {
            Case ofRun = cases.get(run);
            if (ofRun == null) {
                return Optional.empty();
            }
            // How fast the run was stopped is not overwritten by what was found afterwards.
            boolean told = ofRun.outcome instanceof Outcome.Suspended;
            if (!(told && outcome instanceof Outcome.AlreadyStopped)) {
                ofRun.outcome = outcome;
            }
            return ofRun.incident();
        } finally {
            lock.unlock();
        }
    }

    public Optional<Incident> of(UUID run) {
        lock.lock();
        try {
            return Optional.ofNullable(cases.get(run)).flatMap(Case::incident);
        } finally {
            lock.unlock();
        }
    }

    /** Incidents of runs that have not ended, the one that was silent longest first. */
    public List<Incident> open() {
        lock.lock();
        try {
            return cases.values().stream().flatMap(each -> each.incident().stream()).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Findings that are in the log but found no room in their incident. */
    public long leftOut() {
        lock.lock();
        try {
            return leftOut;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a run that is over; the log keeps its incident. */
    public void runEnded(UUID run) {
        lock.lock();
        try {
            cases.remove(run);
        } finally {
            lock.unlock();
        }
    }
}
