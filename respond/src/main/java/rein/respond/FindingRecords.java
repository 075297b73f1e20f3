package rein.respond;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import rein.vocabulary.Draft;
import rein.vocabulary.Finding;
import rein.vocabulary.Incident;
import rein.vocabulary.Kind;

/**
 * What the log says of findings and incidents. Ids, rules, severities and techniques are details;
 * the sentences name hosts and people and go into the content.
 */
public final class FindingRecords {
    private FindingRecords() {}

    /** Details: {@code finding, rule, severity, suspends, techniques, evidence}. */
    public static Draft finding(Finding finding) {
        Draft.Builder draft =
                Draft.of(Kind.FINDING)
                        .run(finding.run())
                        .detail("finding", finding.id().toString())
                        .detail("rule", finding.rule())
                        .detail("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                        .detail("suspends", Boolean.toString(finding.suspends()))
                        .detail("techniques", join(finding.techniques()))
                        .detail("evidence", join(finding.evidence()))
                        .content("sentence", finding.sentence());
        if (!finding.evidence().isEmpty()) {
            draft.cause(finding.evidence().getLast());
        }
        return draft.build();
    }

    /**
     * Details: {@code incident, severity, rules}; one record each time that it changes.
     *
     * @param cause the finding's record that changed it
     */
    public static Draft incident(
            Incident incident, Optional<UUID> cause, Optional<Outcome> outcome) {
        List<String> rules =
                incident.findings().stream().map(Finding::rule).distinct().sorted().toList();
        Draft.Builder draft =
                Draft.of(Kind.INCIDENT)
                        .run(incident.run())
                        .detail("incident", incident.id().toString())
                        .detail("severity", incident.severity().name().toLowerCase(Locale.ROOT))
                        .detail("rules", String.join(",", rules))
                        .size("findings", incident.findings().size())
                        .content("sentence", incident.sentence());
        cause.ifPresent(draft::cause);
        if (outcome.isPresent()
                && outcome.get() instanceof Outcome.Suspended(long nanos, boolean packet)) {
            draft.size(
                    packet ? "packet-to-suspension-micros" : "seen-to-suspension-micros",
                    nanos / 1_000);
        }
        return draft.build();
    }

    private static String join(List<?> things) {
        return String.join(",", things.stream().map(Object::toString).toList());
    }
}
