package rein.registry;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A bounded pool of connections to a migrated PostgreSQL.
 *
 * <p>Migrations of all stages share one sequence of numbers ({@code V1__registry.sql}, {@code
 * V2__identity.sql}, …): the next migration of any stage takes the next free number; two with the
 * same number fail the start.
 *
 * <p>Owns the pool's connections and its two or three housekeeping threads; {@link #close} ends
 * them. Safe for any thread.
 */
public final class Database implements AutoCloseable {
    /** Where this stage's migrations lie. */
    public static final String REGISTRY_MIGRATIONS = "classpath:rein/registry/migration";

    /** Registry look-ups take under 1 ms, so ten connections carry thousands a second. */
    static final int CONNECTIONS_MAX = 10;

    /** How long a caller waits before a PostgreSQL that is gone counts as gone. */
    static final int CONNECT_MILLIS_MAX = 2_000;

    /** A start may wait longer than a request: a busy machine is no reason to give up on it. */
    private static final int START_MILLIS_MAX = 10_000;

    private static final int VALIDATE_MILLIS_MAX = 1_000;

    /** The slowest statement is one page of a list, some milliseconds on a million rows. */
    static final int STATEMENT_MILLIS_MAX = 5_000;

    /** A PostgreSQL that is there but hangs: one second more than it would take to refuse. */
    private static final int SOCKET_SECONDS_MAX = 6;

    private final HikariDataSource pool;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Migrates, then opens the pool.
     *
     * @param migrations locations as Flyway names them; {@link #REGISTRY_MIGRATIONS} and others
     * @throws RegistryException UNAVAILABLE when it cannot be reached, BROKEN when a migration
     *     fails
     */
    public static Database open(DatabaseAddress address, List<String> migrations)
            throws RegistryException {
        try {
            Flyway.configure(Database.class.getClassLoader())
                    .dataSource(migrationSource(address))
                    .locations(migrations.toArray(String[]::new))
                    .failOnMissingLocations(true)
                    .validateMigrationNaming(true)
                    .cleanDisabled(true)
                    // A database that a newer release migrated is refused, not guessed at.
                    .ignoreMigrationPatterns(new String[0])
                    .load()
                    .migrate();
            return new Database(new PatientPool(poolConfig(address)));
        } catch (FlywayException e) {
            throw reachable(e)
                    ? new RegistryException(
                            RegistryException.Code.BROKEN,
                            "The database could not be migrated; if a newer release wrote it, start that"
                                    + " one: "
                                    + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                            e)
                    : unavailable(address, e);
        } catch (HikariPool.PoolInitializationException e) {
            throw unavailable(address, e);
        }
    }

    /**
     * For stages that bring their own statements; {@code getConnection} fails within 2 s when
     * PostgreSQL is gone, and waits longer while others have all connections.
     */
    public DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Outside the pool, since a migration may rightly take longer than a request. */
    private static DataSource migrationSource(DatabaseAddress address) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.url());
        source.setUser(address.user());
        source.setPassword(address.password());
        source.setLoginTimeout(START_MILLIS_MAX / 1_000);
        source.setApplicationName("rein-migration");
        try {
            for (var property : address.properties().entrySet()) {
                source.setProperty(property.getKey(), property.getValue());
            }
        } catch (SQLException e) {
            throw new IllegalArgumentException("a connection property pgjdbc does not know", e);
        }
        return source;
    }

    private static HikariConfig poolConfig(DatabaseAddress address) {
        Properties properties = new Properties();
        properties.putAll(address.properties());
        properties.setProperty("ApplicationName", "rein");
        properties.setProperty("options", "-c statement_timeout=" + STATEMENT_MILLIS_MAX);
        properties.setProperty("socketTimeout", Integer.toString(SOCKET_SECONDS_MAX));
        properties.setProperty("loginTimeout", Integer.toString(START_MILLIS_MAX / 1_000));
        HikariConfig config = new HikariConfig();
        config.setPoolName("rein-registry");
        config.setJdbcUrl(address.url());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_MILLIS_MAX);
        config.setValidationTimeout(VALIDATE_MILLIS_MAX);
        config.setInitializationFailTimeout(START_MILLIS_MAX);
        return config;
    }

    private static boolean reachable(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && Sql.isUnavailable(sql)) {
                return false;
            }
        }
        return true;
    }

    private static RegistryException unavailable(DatabaseAddress address, Throwable cause) {
        return new RegistryException(
                RegistryException.Code.UNAVAILABLE,
                "PostgreSQL does not answer ("
                        + address
                        + "): check that it runs and that user and password are right; "
                        + firstLine(root(cause)),
                cause);
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    }
}
