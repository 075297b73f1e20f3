package rein.server.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.audit.Subscription;
import rein.identity.Caller;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.vocabulary.Action;

/** {@code /v1/records}: read from the logs themselves, newest first, and live. */
public final class RecordRoutes {
    private static final int LIMIT = 50;
    private static final int LIMIT_MAX = 1_000;

    /** A slow reader of the live feed may lag by this many records before it has a gap. */
    private static final int LIVE_RECORDS_MAX = 4_096;

    /** One log: for reading, and for following. */
    public record Log(AuditLog log, LogReader reader) {}

    private final List<Log> logs;
    private final Function<Caller, Optional<String>> restricted;

    /**
     * @param restricted whose records alone a caller may see; empty where it may see all
     */
    public RecordRoutes(List<Log> logs, Function<Caller, Optional<String>> restricted) {
        this.restricted = restricted;
        this.logs = List.copyOf(logs);
    }

    public void addTo(Api api) {
        api.add(
                new Route<>(
                        "GET",
                        "/v1/records",
                        "Records, newest first: filter by run, agent, owner, label, kind, decision, destination, id, text, from, to",
                        Action.AUDIT_READ,
                        NoBody.class,
                        RecordPage.class,
                        (call, _) -> Route.On.own(call.caller()),
                        (call, _) -> records(call)));
        api.add(
                new Api.StreamRoute(
                        "/v1/records/live",
                        "New records as server-sent events",
                        Action.AUDIT_READ,
                        call ->
                                stream(
                                        call,
                                        RecordQuery.of(call, restricted.apply(call.caller())))));
    }

    /** A page of records. */
    public record RecordPage(List<RecordView> items, Optional<String> next) {}

    private RecordPage records(Call call) throws AuditException {
        RecordQuery query = RecordQuery.of(call, restricted.apply(call.caller()));
        int limit = call.number("limit", LIMIT, LIMIT_MAX);
        List<Long> before = cursor(call);
        List<StoredRecord> found = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            scan(logs.get(i).reader(), before.get(i), query, limit, found);
        }
        found.sort(
                Comparator.comparing((StoredRecord record) -> record.text("happened").orElse(""))
                        .reversed());
        List<StoredRecord> shown = found.subList(0, Math.min(limit, found.size()));
        Optional<String> next =
                found.size() >= limit && limit > 0
                        ? Optional.of(next(before, shown))
                        : Optional.empty();
        return new RecordPage(shown.stream().map(RecordRows::view).toList(), next);
    }

    private static void scan(
            LogReader reader, long before, RecordQuery query, int limit, List<StoredRecord> found)
            throws AuditException {
        long at = Math.min(before, reader.size());
        boolean end = at == 0;
        int wanted = limit;
        while (!end && wanted > 0) {
            boolean[] past = new boolean[1];
            LogReader.Page page =
                    reader.newestFirst(
                            at,
                            wanted,
                            record -> {
                                past[0] |= query.isPast(record);
                                return query.test(record);
                            });
            found.addAll(page.records());
            wanted -= page.records().size();
            at = page.next();
            end = page.end() || past[0];
        }
    }

    /** The cursor holds, for each log in order, the index below which nothing was shown yet. */
    private List<Long> cursor(Call call) {
        Optional<String> text = call.exchange().query("cursor");
        if (text.isEmpty()) {
            return logs.stream().map(_ -> Long.MAX_VALUE).toList();
        }
        if (!text.get().matches("[0-9]{1,18}(-[0-9]{1,18})*")
                || text.get().split("-").length != logs.size()) {
            throw new ProblemException(
                    400, "bad-cursor", "The cursor is not one of a page of records.");
        }
        return java.util.Arrays.stream(text.get().split("-")).map(Long::valueOf).toList();
    }

    private String next(List<Long> before, List<StoredRecord> shown) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            String origin = logs.get(i).log().origin();
            long low = Math.min(before.get(i), 999_999_999_999_999_999L);
            for (StoredRecord record : shown) {
                if (record.address().log().equals(origin)) {
                    low = Math.min(low, record.address().index());
                }
            }
            parts.add(String.valueOf(low));
        }
        return String.join("-", parts);
    }

    /** Answers with the wanted records as they come, until the caller leaves. */
    public void stream(Call call, Predicate<StoredRecord> wanted) throws IOException {
        List<Subscription> subscriptions = new ArrayList<>();
        try {
            for (Log log : logs) {
                subscriptions.add(log.log().subscribe(LIVE_RECORDS_MAX));
            }
            try (OutputStream out = call.exchange().stream(200, "text/event-stream")) {
                LiveFeed feed = new LiveFeed(out, wanted);
                // Whoever reads this has missed nothing from here on.
                out.write(": here\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                for (int i = 0; i < logs.size(); i++) {
                    feed.follow(logs.get(i).reader(), subscriptions.get(i));
                }
                feed.await();
            }
        } catch (AuditException e) {
            throw new ProblemException(503, "too-many-readers", ProblemException.why(e));
        } finally {
            subscriptions.forEach(Subscription::close);
        }
    }
}
