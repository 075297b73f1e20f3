package rein.respond;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import rein.vocabulary.Kind;

/**
 * Reads grants from the records that made them, in the order of the log. What cannot be read grants
 * nothing. Used by one thread.
 */
public final class GrantHistory {
    /** A grant as its record says it; the permit is made anew. */
    record Kept(
            UUID id,
            UUID record,
            Denial denial,
            Terms terms,
            List<Approver> approvers,
            boolean aboveCeiling,
            Instant granted) {
        /** A clock that was set back makes nothing longer. */
        Duration left(Instant now) {
            Duration length = Duration.ofSeconds(terms.seconds());
            Duration left = Duration.between(now, granted.plus(length));
            return left.compareTo(length) > 0 ? length : left;
        }

        Grant grant(ApprovalPorts.Permits permits, String name) {
            return new Grant(
                    id,
                    record,
                    denial,
                    terms,
                    permits.of(
                            name,
                            denial,
                            terms,
                            "Approved by " + Grant.shown(approvers) + " " + terms.shown() + "."),
                    approvers,
                    aboveCeiling,
                    granted);
        }
    }

    private final Map<UUID, Kept> grants = new LinkedHashMap<>();
    private final Map<UUID, Proposal> proposals = new LinkedHashMap<>();
    private int unreadable;

    /** Whether records of this kind are wanted. */
    public static boolean isAbout(String kind) {
        return kind.equals(Kind.GRANTED.label())
                || kind.equals(Kind.GRANT_ENDED.label())
                || kind.equals(Kind.GRANT_PROPOSED.label());
    }

    /** The next record. */
    public void see(
            String kind,
            UUID record,
            Instant happened,
            Map<String, String> detail,
            Map<String, Long> sizes) {
        try {
            if (kind.equals(Kind.GRANT_ENDED.label())) {
                grants.remove(UUID.fromString(GrantRecords.must(detail, "grant")));
                return;
            }
            Denial denial = GrantRecords.denial(detail);
            Terms terms = GrantRecords.terms(detail, sizes);
            List<Approver> approvers = GrantRecords.approvers(detail);
            if (kind.equals(Kind.GRANT_PROPOSED.label())) {
                proposals.put(denial.id(), new Proposal(denial, terms, approvers, happened));
                return;
            }
            proposals.remove(denial.id());
            UUID id = UUID.fromString(GrantRecords.must(detail, "grant"));
            boolean above = GrantRecords.must(detail, "ceiling").equals("above");
            grants.put(id, new Kept(id, record, denial, terms, approvers, above, happened));
        } catch (IllegalArgumentException | java.time.DateTimeException foreign) {
            unreadable++;
        }
    }

    /** Records that a later version wrote, or nobody. */
    public int unreadable() {
        return unreadable;
    }

    List<Kept> grants() {
        return new ArrayList<>(grants.values());
    }

    List<Proposal> proposals() {
        return new ArrayList<>(proposals.values());
    }
}
