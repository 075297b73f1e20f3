package rein.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import rein.audit.AuditException;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.respond.Denial;
import rein.server.http.ProblemException;
import rein.server.node.LiveRun;
import rein.server.node.LiveRuns;

/**
 * Finds a denial by what a person types: among those that the runs remember, then in the log, as
 * long as the run is still known.
 */
final class KnownDenials {
    /** What was denied earlier is asked for anew by whoever still wants it. */
    private static final Duration AGE_MAX = Duration.ofHours(24);

    /** One page is {@link LogReader#SCAN_RECORDS_MAX} records and about 0.3 s of work. */
    private static final int PAGES_MAX = 4;

    private static final int FOUND_MAX = 16;

    /** A denial, and the run that it was in. */
    record Known(Denial denial, LiveRun run) {}

    private final LiveRuns runs;
    private final LogReader log;
    private final InstantSource clock;

    KnownDenials(LiveRuns runs, LogReader log, InstantSource clock) {
        this.runs = runs;
        this.log = log;
        this.clock = clock;
    }

    /** All that live runs remember, in the order of the runs. */
    List<Known> live() {
        List<Known> known = new ArrayList<>();
        for (LiveRun live : runs.live()) {
            live.liftable().forEach(denial -> known.add(new Known(denial, live)));
        }
        return known;
    }

    /**
     * The one denial whose id is, or ends in, these digits.
     *
     * @throws ProblemException 404 or 409, with what to do
     */
    Known find(String id) throws AuditException {
        String digits = id.toLowerCase(Locale.ROOT).strip();
        if (!digits.matches("[0-9a-f-]{8,36}")) {
            throw new ProblemException(
                    422, "bad-id", "An id has eight or more hex digits, not '" + id + "'.");
        }
        Map<UUID, Known> found = new LinkedHashMap<>();
        for (LiveRun run : runs.all()) {
            for (Denial denial : run.liftable()) {
                if (denial.id().toString().endsWith(digits)) {
                    found.put(denial.id(), new Known(denial, run));
                }
            }
        }
        if (found.isEmpty()) {
            inLog(digits).forEach(known -> found.put(known.denial().id(), known));
        }
        if (found.isEmpty()) {
            throw new ProblemException(
                    404,
                    "no-such-denial",
                    "No denial of the last 24 hours that could be lifted, in a run that is still"
                            + " known, has the id '"
                            + id
                            + "'; rein approvals lists them.");
        }
        if (found.size() > 1) {
            throw new ProblemException(
                    409,
                    "ambiguous",
                    "Several denials end in '" + id + "'; give the whole id: " + found.keySet());
        }
        return found.values().iterator().next();
    }

    private List<Known> inLog(String digits) throws AuditException {
        Instant oldest = clock.instant().minus(AGE_MAX);
        List<Known> found = new ArrayList<>();
        long before = Long.MAX_VALUE;
        boolean[] past = new boolean[1];
        for (int page = 0; page < PAGES_MAX && !past[0]; page++) {
            LogReader.Page read =
                    log.newestFirst(
                            before,
                            FOUND_MAX,
                            record -> {
                                past[0] |=
                                        record.happened()
                                                .filter(time -> time.isBefore(oldest))
                                                .isPresent();
                                return !past[0] && isNamed(record, digits);
                            });
            read.records().forEach(record -> known(record).ifPresent(found::add));
            past[0] |= read.end();
            before = read.next();
        }
        return found;
    }

    private static boolean isNamed(StoredRecord record, String digits) {
        return record.text("id").filter(id -> id.endsWith(digits)).isPresent()
                && "true".equals(record.texts("detail").get("liftable"));
    }

    private Optional<Known> known(StoredRecord record) {
        Map<String, String> said = record.texts("detail");
        Optional<UUID> first = Optional.ofNullable(said.get("denial")).map(UUID::fromString);
        Optional<LiveRun> run =
                record.run()
                        .flatMap(id ->
                                runs.all().stream()
                                        .filter(live -> live.run().id().equals(id))
                                        .findFirst());
        boolean named = Boolean.parseBoolean(said.get("named"));
        return run.map(live ->
                new Known(
                        new Denial(
                                first.or(record::id).orElseThrow(),
                                live.run().agent().name(),
                                live.run().agent().owner(),
                                live.run().id(),
                                said.getOrDefault("host", ""),
                                Integer.parseInt(said.getOrDefault("port", "0")),
                                said.getOrDefault("protocol", ""),
                                named,
                                named
                                        ? Optional.empty()
                                        : Optional.ofNullable(said.get("address-class")),
                                record.happened().orElseThrow()),
                        live));
    }
}
