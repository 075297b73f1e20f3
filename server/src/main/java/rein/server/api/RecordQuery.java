package rein.server.api;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import rein.audit.StoredRecord;
import rein.server.http.Call;
import rein.server.http.Exchange;
import rein.server.http.ProblemException;

/** Which records are wanted; every filter that is present must match. */
record RecordQuery(
        Optional<String> run,
        Optional<String> agent,
        Optional<String> kind,
        Optional<String> decision,
        Optional<String> destination,
        Optional<String> ownedBy,
        Optional<String> label,
        Optional<String> id,
        Optional<String> text,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<String> owner)
        implements Predicate<StoredRecord> {

    /**
     * @param owner whose records alone may be shown
     */
    static RecordQuery of(Call call, Optional<String> owner) {
        Exchange exchange = call.exchange();
        return new RecordQuery(
                exchange.query("run"),
                exchange.query("agent"),
                exchange.query("kind"),
                exchange.query("decision"),
                exchange.query("destination"),
                exchange.query("owner"),
                exchange.query("label"),
                exchange.query("id"),
                exchange.query("text"),
                time(exchange, "from"),
                time(exchange, "to"),
                owner);
    }

    @Override
    public boolean test(StoredRecord record) {
        if (kind.isPresent() && !isOfKind(record.kind())) {
            return false;
        }
        if (owner.isPresent() && !owner.equals(record.text("owner"))) {
            return false;
        }
        if (ownedBy.isPresent() && !ownedBy.equals(record.text("owner"))) {
            return false;
        }
        if (id.isPresent() && !id.equals(record.text("id"))) {
            return false;
        }
        if (label.isPresent() && !isLabelled(record)) {
            return false;
        }
        if (decision.isPresent() && !decision.equals(record.text("decision"))) {
            return false;
        }
        if (run.isPresent() && record.text("run").filter(id -> id.endsWith(run.get())).isEmpty()) {
            return false;
        }
        if (agent.isPresent()
                && record.text("agent").filter(id -> id.endsWith("/" + agent.get())).isEmpty()) {
            return false;
        }
        if (from.isPresent()
                && !record.happened().map(time -> !time.isBefore(from.get())).orElse(false)) {
            return false;
        }
        if (to.isPresent()
                && !record.happened().map(time -> !time.isAfter(to.get())).orElse(false)) {
            return false;
        }
        if (text.isPresent() && !holds(record.json(), text.get())) {
            return false;
        }
        return destination.isEmpty()
                || RecordRows.isAbout(RecordRows.view(record), destination.get());
    }

    /** One kind, several between commas, or with a minus before them all but those. */
    private boolean isOfKind(String found) {
        String wanted = kind.orElse("");
        boolean not = wanted.startsWith("-");
        return not != List.of((not ? wanted.substring(1) : wanted).split(",", -1)).contains(found);
    }

    /** {@code key=value}, or a key alone for any value. */
    private boolean isLabelled(StoredRecord record) {
        String wanted = label.orElse("");
        int equals = wanted.indexOf('=');
        Map<String, String> labels = record.texts("labels");
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }

    private static boolean holds(String json, String words) {
        String lower = json.toLowerCase(Locale.ROOT);
        return Stream.of(words.toLowerCase(Locale.ROOT).split(" ", -1)).allMatch(lower::contains);
    }

    /** Records this old and older cannot match: a scan from the newest may end. */
    boolean isPast(StoredRecord record) {
        return from.isPresent()
                && record.happened().map(time -> time.isBefore(from.get())).orElse(false);
    }

    private static Optional<Instant> time(Exchange exchange, String name) {
        try {
            return exchange.query(name).map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw new ProblemException(
                    400, "bad-time", name + " is a time like 2026-11-01T14:02:00Z.");
        }
    }
}
