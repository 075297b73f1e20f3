package rein.server.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import rein.audit.AuditException;
import rein.audit.ContentStore;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.policy.ReinSchema;
import rein.policy.review.Recorded;
import rein.vocabulary.Agent;
import rein.vocabulary.Kind;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Tenant;

/** Reads recorded decisions back as requests that can be decided again. Safe for any thread. */
public final class RecordedDecisions {
    /** Some seconds of reading and some tens of MB; a longer range is asked for in parts. */
    static final int RECORDS_MAX = 50_000;

    private static final int PAGE_RECORDS = 1_000;

    /** Why a record cannot be decided again. */
    static final String BY_DOOR = "decided without policy: ";

    static final String NO_REQUEST = "recorded without its request";
    static final String NO_CONTENT = "its content is deleted or cannot be read";
    static final String CUT = "its content was cut";
    static final String OTHER_SCHEMA = "its request is not what this version's doors ask";
    static final String NO_OWN_POLICIES = "its run's own policies were too long to be kept";
    static final String FIRST_OUTSIDE = "repeats of a decision before the range";

    private final Tenant tenant;
    private final List<LogReader> logs;
    private final ContentStore content;

    public RecordedDecisions(Tenant tenant, List<LogReader> logs, ContentStore content) {
        this.tenant = tenant;
        this.logs = List.copyOf(logs);
        this.content = content;
    }

    /**
     * What was found.
     *
     * @param decisions equal ones of one agent together, each with how often
     * @param notReplayable cause to how many decisions
     * @param more whether there are older ones in the range that were not looked at
     */
    public record Found(
            List<Recorded> decisions, SortedMap<String, Long> notReplayable, boolean more) {}

    /** One record read back, or why it cannot be. */
    public sealed interface Read {
        record Whole(AskedText.Kept asked, RunFacts facts) implements Read {}

        record Not(String cause) implements Read {}
    }

    /**
     * All in a range of time, newest first.
     *
     * @param wanted among records of decisions
     */
    public Found between(Instant from, Instant to, Predicate<StoredRecord> wanted)
            throws AuditException {
        Gathering gathering = new Gathering();
        boolean more = false;
        for (LogReader log : logs) {
            more |= !gather(log, from, to, wanted, gathering);
        }
        return gathering.found(more);
    }

    /** Whether it came to the end of the range. */
    private boolean gather(
            LogReader log,
            Instant from,
            Instant to,
            Predicate<StoredRecord> wanted,
            Gathering gathering)
            throws AuditException {
        long before = Long.MAX_VALUE;
        boolean[] past = new boolean[1];
        boolean end = false;
        while (!end && !past[0] && gathering.records < RECORDS_MAX) {
            LogReader.Page page =
                    log.newestFirst(
                            before,
                            PAGE_RECORDS,
                            record -> {
                                Instant when = record.happened().orElse(Instant.MIN);
                                past[0] |= when.isBefore(from);
                                return !when.isBefore(from)
                                        && when.isBefore(to)
                                        && record.kind().equals(Kind.DECISION.label())
                                        && wanted.test(record);
                            });
            page.records().forEach(gathering::take);
            before = page.next();
            end = page.end();
        }
        return end || past[0];
    }

    /** The record whose id, or whose end of an id, this is. */
    public List<StoredRecord> named(String digits) throws AuditException {
        List<StoredRecord> found = new ArrayList<>();
        for (LogReader log : logs) {
            long before = Long.MAX_VALUE;
            boolean end = false;
            for (int pages = 0; pages < PAGES_MAX && !end && found.size() < 2; pages++) {
                LogReader.Page page =
                        log.newestFirst(
                                before,
                                2,
                                record ->
                                        record.address().toString().equals(digits)
                                                || record.text("id")
                                                        .filter(id -> id.endsWith(digits))
                                                        .isPresent());
                found.addAll(page.records());
                before = page.next();
                end = page.end();
            }
        }
        return found;
    }

    /** One page is {@link LogReader#SCAN_RECORDS_MAX} records and about 0.3 s of work. */
    private static final int PAGES_MAX = 16;

    /** What a decision was made on. */
    public Read read(StoredRecord record) {
        Optional<String> ref = record.contentRef();
        String code = record.reasons().stream().findFirst().orElse("").replaceFirst(":.*", "");
        if (ref.isEmpty()) {
            return new Read.Not(
                    record.text("decision").equals(Optional.of("deny"))
                            ? BY_DOOR + code
                            : NO_REQUEST);
        }
        String json;
        try {
            json = content.read(ref.get()).getOrDefault(AskedText.NAME, "");
        } catch (AuditException e) {
            return new Read.Not(NO_CONTENT);
        }
        if (json.isEmpty()) {
            return new Read.Not(BY_DOOR + code);
        }
        Optional<AskedText.Kept> asked = AskedText.read(json);
        if (asked.isEmpty()) {
            return new Read.Not(CUT);
        }
        if (ReinSchema.wrong(asked.get().request()).isPresent()) {
            return new Read.Not(OTHER_SCHEMA);
        }
        return asked.get().whole()
                ? new Read.Whole(asked.get(), facts(record, asked.get()))
                : new Read.Not(NO_OWN_POLICIES);
    }

    private RunFacts facts(StoredRecord record, AskedText.Kept asked) {
        Agent agent =
                new Agent(
                        tenant,
                        new UUID(0, 0),
                        asked.request().principal().id(),
                        asked.blueprint(),
                        record.text("owner").orElse("nobody"),
                        List.of(),
                        Agent.State.ACTIVE,
                        Optional.empty());
        Run run =
                new Run(
                        record.run().orElse(new UUID(0, 0)),
                        Optional.empty(),
                        agent,
                        record.text("node").orElse(""),
                        Level.CONTAINED,
                        new TreeMap<>(),
                        record.happened().orElse(Instant.EPOCH));
        return new RunFacts(run, asked.pack(), asked.policies(), asked.taints(), Map.of());
    }

    /** Adds up what is the same. Used by one thread. */
    private final class Gathering {
        private final Map<String, Recorded> same = new LinkedHashMap<>();
        private final Map<String, Long> repeats = new HashMap<>();
        private final SortedMap<String, Long> not = new TreeMap<>();
        private int records;

        void take(StoredRecord record) {
            records++;
            if (record.texts("detail").containsKey("folded")) {
                // Read backwards, a count comes before what it counts.
                String first = record.text("cause").orElse("");
                repeats.merge(
                        first, record.numbers("sizes").getOrDefault("repeats", 1L), Long::sum);
                return;
            }
            String id = record.text("id").orElse("");
            Long more = repeats.remove(id);
            long times = 1 + (more == null ? 0 : more);
            boolean passed = record.text("decision").equals(Optional.of("allow"));
            String key = record.contentRef().orElse("") + " " + passed;
            Recorded known = same.get(key);
            if (known != null && record.contentRef().isPresent()) {
                same.put(key, again(known, times));
                return;
            }
            switch (read(record)) {
                case Read.Not(String cause) -> not.merge(cause, times, Long::sum);
                case Read.Whole(AskedText.Kept asked, RunFacts facts) ->
                        same.put(
                                key,
                                new Recorded(
                                        asked.request(), facts, asked.outcome(), passed, times));
            }
        }

        private static Recorded again(Recorded known, long times) {
            return new Recorded(
                    known.request(),
                    known.facts(),
                    known.policy(),
                    known.passed(),
                    known.times() + times);
        }

        Found found(boolean more) {
            long orphans = repeats.values().stream().mapToLong(Long::longValue).sum();
            if (orphans > 0) {
                not.merge(FIRST_OUTSIDE, orphans, Long::sum);
            }
            return new Found(List.copyOf(same.values()), not, more);
        }
    }
}
