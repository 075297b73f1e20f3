package rein.server;

import java.util.Set;
import java.util.UUID;
import rein.audit.AuditException;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.policy.GrantText;
import rein.respond.Approvals;
import rein.respond.Denial;
import rein.respond.GrantHistory;
import rein.respond.Terms;
import rein.vocabulary.PolicyText;

/**
 * Reads from the control plane's log which grants are in force. Called at start, before any run.
 */
final class KeptGrants {
    private static final int PAGE_RECORDS = 1_000;

    private KeptGrants() {}

    /**
     * Puts them in force.
     *
     * @param goOn runs of an earlier process that this one goes on with
     */
    static void restore(Approvals approvals, LogReader control, Set<UUID> goOn)
            throws AuditException {
        GrantHistory history = new GrantHistory();
        long next = 0;
        boolean end = false;
        while (!end) {
            LogReader.Page page =
                    control.oldestFirst(
                            next, PAGE_RECORDS, record -> GrantHistory.isAbout(record.kind()));
            page.records().forEach(record -> see(history, record));
            next = page.next();
            end = page.end();
        }
        if (history.unreadable() > 0) {
            System.getLogger(KeptGrants.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            history.unreadable()
                                    + " records of grants cannot be read and grant nothing");
        }
        approvals.restore(history, goOn);
    }

    private static void see(GrantHistory history, StoredRecord record) {
        UUID id = record.id().orElseThrow();
        history.see(
                record.kind(),
                id,
                record.happened().orElseThrow(),
                record.texts("detail"),
                record.numbers("sizes"));
    }

    /** The policy of a grant. */
    static PolicyText permit(String name, Denial denial, Terms terms, String reason) {
        PolicyText.Scope scope =
                switch (terms) {
                    case Terms.Once _, Terms.ForRun _ -> new PolicyText.Scope.OfRun();
                    case Terms.ForTime _ -> new PolicyText.Scope.OfAgent(denial.agent());
                };
        return GrantText.of(
                name,
                scope,
                denial.agent(),
                denial.host(),
                denial.port(),
                GrantText.spoken(denial.protocol()),
                reason);
    }
}
