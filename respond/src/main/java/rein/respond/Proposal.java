package rein.respond;

import java.time.Instant;
import java.util.List;

/** A grant above the ceiling that waits for a second person. */
public record Proposal(Denial denial, Terms terms, List<Approver> approvers, Instant since) {
    public Proposal {
        approvers = List.copyOf(approvers);
    }

    /** {@code alice}. */
    public String by() {
        return Grant.shown(approvers);
    }
}
