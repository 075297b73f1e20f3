package rein.server.console;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.audit.ContentStore;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.identity.Caller;
import rein.server.api.ContentRequest;
import rein.server.api.ContentView;
import rein.server.http.Api;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.policy.AskedText;
import rein.vocabulary.Action;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/** {@code /v1/content-reads}: somebody with a role reads free text, for a reason, on record. */
public final class ContentRoutes {
    /** A process tree that a person can look at; more is what `audit export` is for. */
    private static final int RECORDS_MAX = 2_000;

    private final ContentStore content;
    private final List<AuditLog> logs;
    private final Recorder recorder;
    private final Function<UUID, Route.On> target;
    private final Function<Caller, String> name;

    /**
     * @param target the run as policy sees it, with its owner
     * @param name of a caller, for the record
     */
    public ContentRoutes(
            ContentStore content,
            List<AuditLog> logs,
            Recorder recorder,
            Function<UUID, Route.On> target,
            Function<Caller, String> name) {
        this.content = content;
        this.logs = List.copyOf(logs);
        this.recorder = recorder;
        this.target = target;
        this.name = name;
    }

    public void addTo(Api api) {
        api.add(
                new Route<>(
                        "POST",
                        "/v1/content-reads",
                        "Read the free text of a run's records, for a reason; is itself recorded",
                        Action.CONTENT_READ,
                        ContentRequest.class,
                        ContentView.class,
                        (_, body) -> target.apply(run(body)),
                        (call, body) -> read(body, name.apply(call.caller()))));
    }

    private static UUID run(ContentRequest request) {
        if (!request.run().matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw new ProblemException(422, "bad-run", "run is the whole id of a run.");
        }
        return UUID.fromString(request.run());
    }

    private ContentView read(ContentRequest request, String person) throws AuditException {
        if (request.reason().isBlank()) {
            throw new ProblemException(
                    422, "no-reason", "Reading content needs a reason; it goes into the log.");
        }
        try {
            recorder.append(
                    Draft.of(Kind.CONTENT_READ)
                            .person(person)
                            .detail("run", request.run())
                            .content("reason", request.reason().strip())
                            .build());
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "This could not be recorded, so nothing was read: " + ProblemException.why(e));
        }
        Map<String, Map<String, String>> texts = new HashMap<>();
        long unreadable = 0;
        boolean more = false;
        for (AuditLog log : logs) {
            LogReader.Page page =
                    log.reader()
                            .newestFirst(
                                    Long.MAX_VALUE,
                                    RECORDS_MAX,
                                    record ->
                                            record.contentRef().isPresent()
                                                    && !isAskedAlone(record)
                                                    && record.text("run")
                                                            .equals(Optional.of(request.run())));
            more |= !page.end();
            for (StoredRecord record : page.records()) {
                try {
                    Map<String, String> told =
                            new HashMap<>(content.read(record.contentRef().orElseThrow()));
                    // For replay; people read the record itself, or ask why.
                    told.remove(AskedText.NAME);
                    texts.put(record.text("id").orElse(""), told);
                } catch (AuditException e) {
                    unreadable++;
                }
            }
        }
        return new ContentView(texts, unreadable, more);
    }

    /** What was allowed has no text but what policy was asked. */
    private static boolean isAskedAlone(StoredRecord record) {
        return record.kind().equals(Kind.DECISION.label())
                && record.text("decision").equals(Optional.of("allow"));
    }
}
