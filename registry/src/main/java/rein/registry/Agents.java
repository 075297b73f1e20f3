package rein.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import rein.vocabulary.Agent;
import rein.vocabulary.Tenant;
import rein.vocabulary.Uuid7;

/** The agents of one tenant. Every statement begins with the tenant. Safe for any thread. */
public final class Agents {
    /** How long what was read is taken as current; a change by another process shows by then. */
    static final long FRESH_NANOS_MAX = Duration.ofSeconds(5).toNanos();

    static final int SPONSORS_MAX = 64;

    static final String FIND = "SELECT * FROM agent WHERE tenant = ? AND name = ?";

    /** What was found, and how far it can be trusted. */
    public sealed interface Lookup {
        /** As PostgreSQL has it, at most 5 s ago. */
        record Found(Agent agent) implements Lookup {}

        /** PostgreSQL is gone; this is what it said {@code age} ago. */
        record Remembered(Agent agent, Duration age) implements Lookup {}

        /** There is no such agent. */
        record Absent() implements Lookup {}
    }

    /**
     * Which agents to list; empty means any.
     *
     * @param prefix of the name
     */
    public record Filter(
            Optional<String> owner,
            Optional<String> blueprint,
            Optional<Agent.State> state,
            Optional<String> prefix) {
        public static final Filter ALL =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        public static Filter ownedBy(String person) {
            return new Filter(
                    Optional.of(person), Optional.empty(), Optional.empty(), Optional.empty());
        }

        public static Filter in(Agent.State state) {
            return new Filter(
                    Optional.empty(), Optional.empty(), Optional.of(state), Optional.empty());
        }
    }

    private final Tenant tenant;
    private final Sql sql;
    private final AgentMemory memory;
    private final Persons persons;
    private final InstantSource clock;
    private final Uuid7 ids;

    Agents(
            Tenant tenant,
            Sql sql,
            AgentMemory memory,
            Persons persons,
            InstantSource clock,
            Uuid7 ids) {
        this.tenant = tenant;
        this.sql = sql;
        this.memory = memory;
        this.persons = persons;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Registers an agent as proposed. Owner and blueprint have to exist.
     *
     * @throws RegistryException REFUSED when they do not, or a value is too long; UNAVAILABLE
     */
    public Registration register(
            String name,
            String blueprint,
            String owner,
            List<String> sponsors,
            Optional<String> charter)
            throws RegistryException {
        if (!Agent.isName(name) || owner.isBlank() || sponsors.size() > SPONSORS_MAX) {
            throw Page.refused(
                    "An agent has a name of lower-case letters, digits, . _ - (at most 128), an"
                            + " owner and at most "
                            + SPONSORS_MAX
                            + " sponsors; got '"
                            + name
                            + "'.");
        }
        var now = clock.instant();
        Optional<Agent> created =
                sql.queryOne(
                        "INSERT INTO agent (tenant, id, name, blueprint, owner, sponsors, state,"
                                + " charter, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (tenant, name) DO NOTHING RETURNING *",
                        List.of(
                                tenant.trustDomain(),
                                ids.next(),
                                name,
                                blueprint,
                                owner,
                                sponsors,
                                Agent.State.PROPOSED.name(),
                                charter,
                                now,
                                now),
                        Agents::map);
        if (created.isPresent()) {
            memory.putChanged(created.orElseThrow());
            return new Registration.Created(created.orElseThrow());
        }
        Agent existing =
                read(name)
                        .orElseThrow(() -> Page.refused("Agent " + name + " changes; try again."));
        return existing.owner().equals(owner)
                ? new Registration.Existing(existing)
                : new Registration.Taken(existing);
    }

    /**
     * The agent of a run that names none: {@code <user>-<command>}, owned by the user, who becomes
     * a known person by it.
     *
     * @param command the program's name or path
     */
    public Registration propose(String user, String command, String blueprint)
            throws RegistryException {
        persons.ensure(user);
        return register(proposedName(user, command), blueprint, user, List.of(), Optional.empty());
    }

    /** {@code alice} and {@code /usr/bin/Qwen Code} make {@code alice-qwen-code}. */
    public static String proposedName(String user, String command) {
        String program = command.substring(command.lastIndexOf('/') + 1);
        String plain =
                (user + "-" + (program.isBlank() ? "agent" : program))
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9._-]+", "-")
                        .replaceAll("^[._-]+|[._-]+$", "");
        String name = plain.isEmpty() ? "agent" : plain;
        return name.substring(0, Math.min(name.length(), 128));
    }

    /**
     * The agent of that name: from memory when it was read in the last 5 s, else from PostgreSQL,
     * else, when that is gone, from memory however old.
     *
     * @throws RegistryException UNAVAILABLE when PostgreSQL is gone and nothing is remembered
     */
    public Lookup find(String name) throws RegistryException {
        Optional<AgentMemory.Kept> known = memory.get(name);
        if (known.isPresent() && memory.ageNanos(known.orElseThrow()) < FRESH_NANOS_MAX) {
            return new Lookup.Found(known.orElseThrow().agent());
        }
        try {
            Optional<Agent> read = read(name);
            if (read.isEmpty()) {
                memory.forget(name);
                return new Lookup.Absent();
            }
            return new Lookup.Found(read.orElseThrow());
        } catch (RegistryException e) {
            if (known.isEmpty() || e.code() != RegistryException.Code.UNAVAILABLE) {
                throw e;
            }
            AgentMemory.Kept entry = known.orElseThrow();
            return new Lookup.Remembered(entry.agent(), Duration.ofNanos(memory.ageNanos(entry)));
        }
    }

    /** What is in memory, however old, without asking PostgreSQL: for a stop. Never waits. */
    public Optional<Agent> remembered(String name) {
        return memory.get(name).map(AgentMemory.Kept::agent);
    }

    /**
     * Moves an agent to another state, if that is a legal step. Of two that try at once, one
     * succeeds.
     *
     * @throws RegistryException UNAVAILABLE
     */
    public Transition move(String name, Agent.State to) throws RegistryException {
        Optional<Agent> before = read(name);
        if (before.isEmpty()) {
            memory.forget(name);
            return new Transition.Absent(name);
        }
        Agent agent = before.orElseThrow();
        if (agent.state() == to) {
            return new Transition.Unchanged(agent);
        }
        if (!Transition.sources(to).contains(agent.state())) {
            return new Transition.Illegal(agent, to);
        }
        Optional<Agent> after =
                sql.queryOne(
                        "UPDATE agent SET state = ?, changed = ? WHERE tenant = ? AND name = ? AND"
                                + " state = ? RETURNING *",
                        List.of(
                                to.name(),
                                clock.instant(),
                                tenant.trustDomain(),
                                name,
                                agent.state().name()),
                        Agents::map);
        if (after.isPresent()) {
            memory.putChanged(after.orElseThrow());
            return new Transition.Changed(agent.state(), after.orElseThrow());
        }
        // Somebody else was faster; what they made of it decides.
        Agent now = read(name).orElse(agent);
        return now.state() == to ? new Transition.Unchanged(now) : new Transition.Illegal(now, to);
    }

    /**
     * Agents in the order of their names.
     *
     * @param cursor from the page before
     * @param limit 1 to {@link Page#ITEMS_MAX}
     */
    public Page<Agent> list(Filter filter, Optional<String> cursor, int limit)
            throws RegistryException {
        Page.checkLimit(limit);
        StringBuilder where = new StringBuilder("SELECT * FROM agent WHERE tenant = ?");
        List<Object> parameters = new ArrayList<>(List.of(tenant.trustDomain()));
        narrow(where, parameters, " AND owner = ?", filter.owner());
        narrow(where, parameters, " AND blueprint = ?", filter.blueprint());
        narrow(where, parameters, " AND state = ?", filter.state().map(Enum::name));
        narrow(where, parameters, " AND name >= ?", filter.prefix());
        // '~' comes after every character that a name may have.
        narrow(where, parameters, " AND name < ?", filter.prefix().map(p -> p + "~"));
        if (cursor.isPresent()) {
            narrow(where, parameters, " AND name > ?", Optional.of(Page.key(cursor.orElseThrow())));
        }
        where.append(" ORDER BY name LIMIT ?");
        parameters.add(limit + 1);
        return Page.of(sql.query(where.toString(), parameters, Agents::map), limit, Agent::name);
    }

    /** Reads the agents changed last into memory, for a start; returns how many. */
    int warm() throws RegistryException {
        long changes = memory.changes();
        List<Agent> latest =
                sql.query(
                        "SELECT * FROM agent WHERE tenant = ? ORDER BY changed DESC LIMIT ?",
                        List.of(tenant.trustDomain(), AgentMemory.AGENTS_MAX),
                        Agents::map);
        latest.reversed().forEach(agent -> memory.putRead(agent, changes));
        return latest.size();
    }

    private Optional<Agent> read(String name) throws RegistryException {
        long changes = memory.changes();
        Optional<Agent> read = sql.queryOne(FIND, List.of(tenant.trustDomain(), name), Agents::map);
        read.ifPresent(agent -> memory.putRead(agent, changes));
        return read;
    }

    private static void narrow(
            StringBuilder where, List<Object> parameters, String clause, Optional<String> value) {
        value.ifPresent(present -> {
            where.append(clause);
            parameters.add(present);
        });
    }

    static Agent map(ResultSet row) throws SQLException {
        return new Agent(
                new Tenant(row.getString("tenant")),
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("blueprint"),
                row.getString("owner"),
                Sql.texts(row, "sponsors"),
                Agent.State.valueOf(row.getString("state")),
                Sql.text(row, "charter"));
    }
}
