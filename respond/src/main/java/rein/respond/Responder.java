package rein.respond;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import rein.vocabulary.Cut;
import rein.vocabulary.Entry;
import rein.vocabulary.Finding;
import rein.vocabulary.Incident;
import rein.vocabulary.Receipt;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Ticker;

/**
 * From a finding to what is done about it: the finding is recorded, joined to its run's incident,
 * and where it suspends, the run is suspended; the incident then says what was done and how fast.
 * The detectors ignore everything that this writes.
 *
 * <p>Safe for any thread; it blocks for as long as a stop may take.
 */
public final class Responder {
    /** Who issues an automatic suspension. */
    public static final String ISSUER = "rein:detect";

    private final LateRecords records;
    private final Incidents incidents;
    private final Stops stops;
    private final Ticker ticker;

    public Responder(LateRecords records, Incidents incidents, Stops stops, Ticker ticker) {
        this.records = records;
        this.incidents = incidents;
        this.stops = stops;
        this.ticker = ticker;
    }

    /** The incident as it stands afterwards; empty while there is too little for one. */
    public Optional<Incident> respond(Finding finding, Onset onset) {
        Optional<UUID> recorded =
                records.record(FindingRecords.finding(finding)).map(Responder::id);
        Optional<Incident> incident = incidents.add(finding);
        Optional<Outcome> outcome = Optional.empty();
        if (finding.suspends()) {
            Outcome done = suspend(finding, onset, recorded);
            outcome = Optional.of(done);
            incident = incidents.done(finding.run().id(), done);
        }
        if (incident.isPresent()) {
            records.record(FindingRecords.incident(incident.get(), recorded, outcome));
        }
        return incident;
    }

    private Outcome suspend(Finding finding, Onset onset, Optional<UUID> recorded) {
        if (stops.standing(finding.run()).isPresent()) {
            return new Outcome.AlreadyStopped();
        }
        Optional<UUID> cause = recorded.or(() -> last(finding.evidence()));
        Receipt receipt =
                stops.issue(
                        new StopOrder.Scope.OfRun(finding.run().id()),
                        StopOrder.Mode.SUSPEND,
                        finding.sentence(),
                        ISSUER,
                        cause);
        long nanos = ticker.nanos() - onset.nanos();
        return receipt.complete()
                ? new Outcome.Suspended(nanos, onset.packet())
                : new Outcome.Unconfirmed(failed(receipt));
    }

    /** Those that did not answer, and those that left something alive. */
    private static List<String> failed(Receipt receipt) {
        Set<String> names = new TreeSet<>(receipt.unconfirmed().keySet());
        receipt.confirmed()
                .forEach((name, cuts) -> {
                    if (cuts.stream().mapToLong(Cut::left).sum() != 0) {
                        names.add(name);
                    }
                });
        return new ArrayList<>(names);
    }

    private static UUID id(Entry entry) {
        return entry.stamp().id();
    }

    private static Optional<UUID> last(List<UUID> evidence) {
        return evidence.isEmpty() ? Optional.empty() : Optional.of(evidence.getLast());
    }
}
