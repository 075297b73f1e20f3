package rein.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import rein.vocabulary.Tenant;

/** The kinds of agents of one tenant. Safe for any thread. */
public final class Blueprints {
    /**
     * A kind of agent.
     *
     * @param publisher who made it
     * @param charter what it is for
     * @param pack the policy pack that its agents run under
     */
    public record Blueprint(
            Tenant tenant, String name, String publisher, Optional<String> charter, String pack) {}

    private final Tenant tenant;
    private final Sql sql;
    private final InstantSource clock;

    Blueprints(Tenant tenant, Sql sql, InstantSource clock) {
        this.tenant = tenant;
        this.sql = sql;
        this.clock = clock;
    }

    /** One blueprint per policy pack, named like it; those that exist stay as they are. */
    public void ensureDefaults(List<String> packs) throws RegistryException {
        for (String pack : packs) {
            sql.update(
                    "INSERT INTO blueprint (tenant, name, publisher, charter, pack, created) VALUES"
                            + " (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    List.of(
                            tenant.trustDomain(),
                            pack,
                            "rein",
                            Optional.empty(),
                            pack,
                            clock.instant()));
        }
    }

    public Optional<Blueprint> find(String name) throws RegistryException {
        return sql.queryOne(
                "SELECT * FROM blueprint WHERE tenant = ? AND name = ?",
                List.of(tenant.trustDomain(), name),
                this::map);
    }

    /** In the order of their names. */
    public Page<Blueprint> list(Optional<String> cursor, int limit) throws RegistryException {
        Page.checkLimit(limit);
        String after = cursor.isPresent() ? Page.key(cursor.orElseThrow()) : "";
        return Page.of(
                sql.query(
                        "SELECT * FROM blueprint WHERE tenant = ? AND name > ? ORDER BY name LIMIT"
                                + " ?",
                        List.of(tenant.trustDomain(), after, limit + 1),
                        this::map),
                limit,
                Blueprint::name);
    }

    private Blueprint map(ResultSet row) throws SQLException {
        return new Blueprint(
                tenant,
                row.getString("name"),
                row.getString("publisher"),
                Sql.text(row, "charter"),
                row.getString("pack"));
    }
}
