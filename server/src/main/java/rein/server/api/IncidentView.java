package rein.server.api;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import rein.vocabulary.Finding;
import rein.vocabulary.Incident;
import rein.vocabulary.Technique;

/** An incident as the API shows it. */
public record IncidentView(
        UUID id,
        UUID run,
        String agent,
        String owner,
        String severity,
        Instant opened,
        String sentence,
        List<FindingView> findings) {

    /** A finding with its catalogue ids and evidence. */
    public record FindingView(
            String rule,
            String sentence,
            String severity,
            List<String> techniques,
            List<UUID> evidence) {
        static FindingView of(Finding finding) {
            return new FindingView(
                    finding.rule(),
                    finding.sentence(),
                    finding.severity().name().toLowerCase(java.util.Locale.ROOT),
                    finding.techniques().stream().map(Technique::toString).toList(),
                    finding.evidence());
        }
    }

    public static IncidentView of(Incident incident) {
        return new IncidentView(
                incident.id(),
                incident.run().id(),
                incident.run().agent().name(),
                incident.run().agent().owner(),
                incident.severity().name().toLowerCase(java.util.Locale.ROOT),
                incident.opened(),
                incident.sentence(),
                incident.findings().stream().map(FindingView::of).toList());
    }
}
