package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Agent;

/** What the database itself holds and refuses. */
final class SchemaTest extends OnPostgres {
    /**
     * What a look-up costs must not grow with the number of rows: no plan may read a whole table.
     */
    @Test
    void lookUpsUseAnIndex() throws Exception {
        String tenant = bring("builder", Agent.State.ACTIVE).tenant().trustDomain();
        UUID agent = found("builder").id();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO agent (tenant, id, name, blueprint, owner, sponsors, state,"
                            + " created, changed) SELECT '"
                            + tenant
                            + "', gen_random_uuid(), 'many-' || i, 'coding', 'alice', '{}',"
                            + " 'ACTIVE', now(), now() FROM generate_series(1, 20000) i");
            statement.execute(
                    "INSERT INTO run (tenant, id, agent, node, level, labels, started) SELECT '"
                            + tenant
                            + "', gen_random_uuid(), '"
                            + agent
                            + "', 'node-1', 'CONTAINED', '{}', now() FROM generate_series(1,"
                            + " 20000)");
            statement.execute("ANALYZE");
            assertThat(plan(connection, Agents.FIND, tenant, "many-77"))
                    .contains("Index Scan")
                    .doesNotContain("Seq Scan");
            assertThat(plan(connection, Runs.FIND, tenant, "77ab77", "77ab77g", 11))
                    .contains("run_by_short_id")
                    .doesNotContain("Seq Scan");
            assertThat(
                            plan(
                                    connection,
                                    "SELECT * FROM agent WHERE tenant = ? AND owner = ? AND name >"
                                            + " ? ORDER BY name LIMIT ?",
                                    tenant,
                                    "alice",
                                    "many-5",
                                    101))
                    .contains("Index Scan")
                    .doesNotContain("Sort");
            assertThat(
                            plan(
                                    connection,
                                    "SELECT * FROM agent WHERE tenant = ? ORDER BY changed DESC"
                                            + " LIMIT ?",
                                    tenant,
                                    100))
                    .contains("agent_by_change")
                    .doesNotContain("Sort");
        }
    }

    @Test
    void aDatabaseOfANewerReleaseIsRefused() throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO flyway_schema_history SELECT 99, '9999', 'later', type,"
                            + " 'V9999__later.sql', checksum, installed_by, installed_on, 1, true"
                            + " FROM flyway_schema_history WHERE version = '1'");
            try {
                assertThatThrownBy(() ->
                                Database.open(
                                                postgres.address(),
                                                List.of(Database.REGISTRY_MIGRATIONS))
                                        .close())
                        .isInstanceOf(RegistryException.class)
                        .hasMessageContaining("newer release")
                        .hasMessageNotContaining("\n")
                        .extracting(e -> ((RegistryException) e).code())
                        .isEqualTo(RegistryException.Code.BROKEN);
            } finally {
                statement.execute("DELETE FROM flyway_schema_history WHERE version = '9999'");
            }
        }
    }

    /** The rule of the house: the tenant leads every primary key and every index. */
    @Test
    void theTenantLeadsEveryIndex() throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND"
                                        + " tablename <> 'flyway_schema_history'")) {
            int indexes = 0;
            while (rows.next()) {
                indexes++;
                assertThat(rows.getString(1)).contains("(tenant,");
            }
            assertThat(indexes).isGreaterThan(8);
        }
    }
}
