package rein.respond;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Uuid7;

/**
 * One destination that people allow one agent.
 *
 * @param record the record of the grant
 * @param permit what the decision point reads
 * @param approvers one, or two where it is above the ceiling
 * @param aboveCeiling whether one person alone may grant such a thing only in an installation that
 *     needs no second
 */
public record Grant(
        UUID id,
        UUID record,
        Denial denial,
        Terms terms,
        PolicyText permit,
        List<Approver> approvers,
        boolean aboveCeiling,
        Instant granted) {
    public Grant {
        approvers = List.copyOf(approvers);
    }

    public String shortId() {
        return Uuid7.shortForm(id);
    }

    /** By the wall clock; empty where it ends with its run. */
    public Optional<Instant> expires() {
        return terms instanceof Terms.ForTime(var length)
                ? Optional.of(granted.plus(length))
                : Optional.empty();
    }

    boolean covers(UUID run) {
        return terms instanceof Terms.ForTime || denial.run().equals(run);
    }

    /** {@code alice and bob}. */
    public String by() {
        return shown(approvers);
    }

    static String shown(List<Approver> approvers) {
        return approvers.stream().map(Approver::shown).collect(Collectors.joining(" and "));
    }
}
