package rein.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.Tenant;

/** The runs of one tenant, started and ended. Safe for any thread. */
public final class Runs {
    /** How a run came to its end. */
    public enum How {
        /** The command ended by itself. */
        EXITED,
        /** A stop order terminated it. */
        STOPPED,
        /** Its node went away under it. */
        LOST
    }

    /**
     * The end of a run.
     *
     * @param exitCode as a shell says it (128 + signal); empty when nobody saw it
     */
    public record End(Instant at, How how, OptionalInt exitCode) {}

    /**
     * A run and its end, if it has one. Its agent is as it is now, or, from memory, as it was when
     * the run started.
     */
    public record Entry(Run run, Optional<End> end) {}

    /** What an id or its last digits name. */
    public sealed interface Lookup {
        record One(Entry entry) implements Lookup {}

        /**
         * More than one: ask which.
         *
         * @param candidates newest first
         * @param more whether there are still others
         */
        record Several(List<Entry> candidates, boolean more) implements Lookup {}

        record None() implements Lookup {}
    }

    /** Which runs to list; empty means any. */
    public record Filter(Optional<UUID> agent, Optional<String> node, boolean openOnly) {
        public static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), false);
    }

    /** Fewer digits name too many; {@link rein.vocabulary.Uuid7#shortForm} has eight. */
    public static final int DIGITS_MIN = 4;

    /** As many as a person can choose from. */
    static final int CANDIDATES_MAX = 10;

    private static final int UUID_DIGITS = 32;

    private static final String SELECT =
            """
            SELECT r.id AS run_id, r.parent, r.node, r.level, r.started, r.ended, r.how, r.exit_code,
                ARRAY(SELECT key FROM jsonb_each_text(r.labels) ORDER BY key COLLATE "C") AS keys,
                ARRAY(SELECT value FROM jsonb_each_text(r.labels) ORDER BY key COLLATE "C") AS vals,
                a.* FROM run r JOIN agent a ON a.tenant = r.tenant AND a.id = r.agent
            """;

    static final String FIND =
            SELECT
                    + "WHERE r.tenant = ? AND r.reversed >= ? AND r.reversed < ?"
                    + " ORDER BY r.id DESC LIMIT ?";

    private final Tenant tenant;
    private final Sql sql;
    private final RunMemory memory;

    Runs(Tenant tenant, Sql sql, RunMemory memory) {
        this.tenant = tenant;
        this.sql = sql;
        this.memory = memory;
    }

    /**
     * A run starts. It is remembered even when this throws, so that a stop finds it.
     *
     * @throws RegistryException UNAVAILABLE; REFUSED when its agent is not registered
     */
    public void started(Run run) throws RegistryException {
        memory.put(new Entry(run, Optional.empty()));
        sql.update(
                "INSERT INTO run (tenant, id, parent, agent, node, level, labels, started) VALUES"
                        + " (?, ?, ?, ?, ?, ?, jsonb_object(?::text[], ?::text[]), ?) ON CONFLICT"
                        + " (tenant, id) DO NOTHING",
                List.of(
                        tenant.trustDomain(),
                        run.id(),
                        run.parent(),
                        run.agent().id(),
                        run.node(),
                        run.level().name(),
                        List.copyOf(run.labels().keySet()),
                        List.copyOf(run.labels().values()),
                        run.started()));
    }

    /** A run ends; false when there is no open run of that id. The first end counts. */
    public boolean ended(UUID run, End end) throws RegistryException {
        memory.end(run, end);
        Optional<Integer> code =
                end.exitCode().isPresent()
                        ? Optional.of(end.exitCode().getAsInt())
                        : Optional.empty();
        return sql.update(
                        "UPDATE run SET ended = ?, how = ?, exit_code = ? WHERE tenant = ? AND id = ?"
                                + " AND ended IS NULL",
                        List.of(end.at(), end.how().name(), code, tenant.trustDomain(), run))
                == 1;
    }

    /** At a node's start: what it left open in an earlier life was lost. Returns how many. */
    public int endLost(String node, Instant at) throws RegistryException {
        return endLost(node, at, List.of());
    }

    /**
     * As above.
     *
     * @param adopted runs of that earlier life that go on
     */
    public int endLost(String node, Instant at, List<Run> adopted) throws RegistryException {
        for (Run run : adopted) {
            memory.put(new Entry(run, Optional.empty()));
        }
        return sql.update(
                "UPDATE run SET ended = ?, how = 'LOST' WHERE tenant = ? AND node = ? AND ended IS"
                        + " NULL AND NOT id = ANY (?::uuid[])",
                List.of(
                        at,
                        tenant.trustDomain(),
                        node,
                        adopted.stream().map(run -> run.id().toString()).toList()));
    }

    /**
     * The run of this id, or of an id that ends in these hex digits (four at least). When
     * PostgreSQL is gone, of those that are remembered.
     *
     * @throws RegistryException UNAVAILABLE when PostgreSQL is gone and no such run is remembered
     */
    public Lookup find(String idOrDigits) throws RegistryException {
        Optional<String> digits = digits(idOrDigits);
        if (digits.isEmpty()) {
            return new Lookup.None();
        }
        String prefix = new StringBuilder(digits.orElseThrow()).reverse().toString();
        try {
            return choose(
                    sql.query(
                            FIND,
                            // 'g' comes right after the last hex digit.
                            List.of(tenant.trustDomain(), prefix, prefix + "g", CANDIDATES_MAX + 1),
                            this::map));
        } catch (RegistryException e) {
            Lookup known = remembered(idOrDigits);
            if (known instanceof Lookup.None || e.code() != RegistryException.Code.UNAVAILABLE) {
                throw e;
            }
            return known;
        }
    }

    /** The same from memory alone, open runs before ended ones: for a stop. Never waits. */
    public Lookup remembered(String idOrDigits) {
        List<Entry> all = digits(idOrDigits).map(memory::endingIn).orElse(List.of());
        List<Entry> open = all.stream().filter(entry -> entry.end().isEmpty()).toList();
        return choose(open.isEmpty() ? all : open);
    }

    /**
     * Runs, newest first.
     *
     * @param cursor from the page before
     * @param limit 1 to {@link Page#ITEMS_MAX}
     */
    public Page<Entry> list(Filter filter, Optional<String> cursor, int limit)
            throws RegistryException {
        Page.checkLimit(limit);
        StringBuilder where = new StringBuilder(SELECT).append("WHERE r.tenant = ?");
        List<Object> parameters = new ArrayList<>(List.of(tenant.trustDomain()));
        if (filter.agent().isPresent()) {
            where.append(" AND r.agent = ?");
            parameters.add(filter.agent().orElseThrow());
        }
        if (filter.node().isPresent()) {
            where.append(" AND r.node = ?");
            parameters.add(filter.node().orElseThrow());
        }
        if (filter.openOnly()) {
            where.append(" AND r.ended IS NULL");
        }
        if (cursor.isPresent()) {
            where.append(" AND r.id < ?");
            parameters.add(uuid(Page.key(cursor.orElseThrow())));
        }
        where.append(" ORDER BY r.id DESC LIMIT ?");
        parameters.add(limit + 1);
        return Page.of(
                sql.query(where.toString(), parameters, this::map),
                limit,
                entry -> entry.run().id().toString());
    }

    private static Lookup choose(List<Entry> found) {
        return switch (found.size()) {
            case 0 -> new Lookup.None();
            case 1 -> new Lookup.One(found.getFirst());
            default ->
                    new Lookup.Several(
                            List.copyOf(found.subList(0, Math.min(found.size(), CANDIDATES_MAX))),
                            found.size() > CANDIDATES_MAX);
        };
    }

    private static Optional<String> digits(String idOrDigits) {
        String digits = idOrDigits.replace("-", "").toLowerCase(Locale.ROOT);
        boolean hex = digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
        return hex && digits.length() >= DIGITS_MIN && digits.length() <= UUID_DIGITS
                ? Optional.of(digits)
                : Optional.empty();
    }

    private static UUID uuid(String key) throws RegistryException {
        try {
            return UUID.fromString(key);
        } catch (IllegalArgumentException e) {
            throw Page.refused("That is not a cursor of this list; begin without one.");
        }
    }

    private Entry map(ResultSet row) throws SQLException {
        List<String> keys = Sql.texts(row, "keys");
        List<String> values = Sql.texts(row, "vals");
        TreeMap<String, String> labels = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            labels.put(keys.get(i), values.get(i));
        }
        Run run =
                new Run(
                        row.getObject("run_id", UUID.class),
                        Optional.ofNullable(row.getObject("parent", UUID.class)),
                        Agents.map(row),
                        row.getString("node"),
                        Level.valueOf(row.getString("level")),
                        labels,
                        Sql.instant(row, "started"));
        return new Entry(run, end(row));
    }

    private static Optional<End> end(ResultSet row) throws SQLException {
        Optional<String> how = Sql.text(row, "how");
        if (how.isEmpty()) {
            return Optional.empty();
        }
        int code = row.getInt("exit_code");
        OptionalInt exitCode = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(code);
        return Optional.of(
                new End(Sql.instant(row, "ended"), How.valueOf(how.orElseThrow()), exitCode));
    }
}
