package rein.server;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import rein.audit.AuditException;
import rein.audit.StoredRecord;
import rein.policy.review.PolicyCase;
import rein.policy.review.TextSet;
import rein.policy.review.Why;
import rein.server.api.PolicyApi;
import rein.server.api.RecordRows;
import rein.server.api.RecordView;
import rein.server.http.ProblemException;
import rein.server.policy.RecordedDecisions;
import rein.server.policy.Snapshots;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Tenant;

/** Explains one recorded decision from the policies of the snapshot that it was made on. */
record PolicyWhy(Tenant tenant, Snapshots snapshots, RecordedDecisions records) {

    /**
     * The one record of this id, end of an id or address.
     *
     * @throws ProblemException 404, 409 or 422, with what to do
     */
    StoredRecord record(String id) {
        String digits = id.strip().toLowerCase(Locale.ROOT);
        if (!digits.matches("[0-9a-f-]{8,36}") && !digits.matches("[^@\\s]{1,300}@[0-9]{1,15}")) {
            throw new ProblemException(
                    422,
                    "bad-id",
                    "A record is named by eight or more hex digits of its id, or by LOG@INDEX,"
                            + " not '"
                            + id
                            + "'.");
        }
        List<StoredRecord> found;
        try {
            found = records.named(digits);
        } catch (AuditException e) {
            throw new ProblemException(503, "log-unreadable", ProblemException.why(e));
        }
        if (found.isEmpty()) {
            throw new ProblemException(404, "no-such-record", "There is no record '" + id + "'.");
        }
        if (found.size() > 1) {
            throw new ProblemException(
                    409, "ambiguous", "Several records end in '" + id + "'; give the whole id.");
        }
        // The count of repeats of a denial names the denial.
        Optional<String> first =
                found.getFirst().texts("detail").containsKey("folded")
                        ? found.getFirst().text("cause")
                        : Optional.empty();
        return first.isPresent() ? record(first.get()) : found.getFirst();
    }

    PolicyApi.WhyView why(StoredRecord record) {
        if (record.text("decision").isEmpty()) {
            throw new ProblemException(
                    422,
                    "no-decision",
                    "This record is a " + record.kind() + "; only a decision has a why.");
        }
        long snapshot = record.number("snapshot").orElse(0);
        Optional<List<PolicyText>> texts = snapshots.at(snapshot);
        return switch (records.read(record)) {
            case RecordedDecisions.Read.Not(String cause) ->
                    view(record, snapshot, Optional.empty(), Optional.of(cause));
            case RecordedDecisions.Read.Whole whole when texts.isEmpty() ->
                    view(
                            record,
                            snapshot,
                            Optional.empty(),
                            Optional.of(
                                    "the policies of snapshot "
                                            + snapshot
                                            + " are not kept any more, for "
                                            + whole.asked().request().resource()));
            case RecordedDecisions.Read.Whole whole -> {
                Why why =
                        Why.of(
                                whole.asked().request(),
                                whole.facts(),
                                new TextSet(tenant, texts.get()));
                boolean same = why.decision().outcome() == whole.asked().outcome();
                yield same
                        ? view(record, snapshot, Optional.of(why), Optional.empty())
                        : view(
                                record,
                                snapshot,
                                Optional.empty(),
                                Optional.of(
                                        "policy answered "
                                                + PolicyCase.word(whole.asked().outcome())
                                                + " then and "
                                                + PolicyCase.word(why.decision().outcome())
                                                + " now: something that it depended on was not"
                                                + " kept"));
            }
        };
    }

    private static PolicyApi.WhyView view(
            StoredRecord record, long snapshot, Optional<Why> why, Optional<String> not) {
        RecordView row = RecordRows.view(record);
        return new PolicyApi.WhyView(
                row.id(),
                row.address(),
                row.time(),
                row.agent().orElse(""),
                row.resource().orElse("")
                        + Optional.ofNullable(row.detail().get("protocol"))
                                .map(protocol -> " (" + protocol + ")")
                                .orElse(""),
                row.decision().orElse(""),
                row.reasons().stream().findFirst().orElse(""),
                snapshot,
                why,
                not);
    }
}
