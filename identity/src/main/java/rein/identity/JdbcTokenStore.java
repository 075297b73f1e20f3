package rein.identity;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import rein.vocabulary.Tenant;

/** Tokens in PostgreSQL, in the table of {@link #MIGRATIONS}. Safe for any thread. */
public final class JdbcTokenStore implements TokenStore {
    /** Where this stage's migrations lie, as Flyway names it. */
    public static final String MIGRATIONS = "classpath:rein/identity/migration";

    @FunctionalInterface
    private interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private final Tenant tenant;
    private final DataSource source;

    public JdbcTokenStore(Tenant tenant, DataSource source) {
        this.tenant = tenant;
        this.source = source;
    }

    @Override
    public List<StoredToken> load(int limit) throws IdentityException {
        return inTransaction(connection -> {
            // Of more than fit, those that matter: live first, then the newest.
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT * FROM token WHERE tenant = ? ORDER BY (revoked IS NULL"
                                    + " AND used IS NULL) DESC, expires DESC, id LIMIT ?")) {
                select.setString(1, tenant.trustDomain());
                select.setInt(2, limit);
                List<StoredToken> tokens = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        tokens.add(map(rows));
                    }
                }
                return List.copyOf(tokens);
            }
        });
    }

    @Override
    public void insert(StoredToken token) throws IdentityException {
        inTransaction(connection -> insert(connection, token));
    }

    @Override
    public void replaceBootstrap(StoredToken token, Instant at) throws IdentityException {
        inTransaction(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE token SET revoked = ? WHERE tenant = ? AND kind ="
                                    + " 'BOOTSTRAP' AND used IS NULL AND revoked IS NULL")) {
                update.setObject(1, utc(at));
                update.setString(2, tenant.trustDomain());
                update.executeUpdate();
            }
            return insert(connection, token);
        });
    }

    @Override
    public boolean exchange(String bootstrapId, StoredToken token, Instant at)
            throws IdentityException {
        return inTransaction(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE token SET used = ? WHERE tenant = ? AND id = ? AND kind"
                                    + " = 'BOOTSTRAP' AND used IS NULL AND revoked IS"
                                    + " NULL")) {
                update.setObject(1, utc(at));
                update.setString(2, tenant.trustDomain());
                update.setString(3, bootstrapId);
                return update.executeUpdate() == 1 && insert(connection, token);
            }
        });
    }

    @Override
    public void revoke(String id, Instant at) throws IdentityException {
        inTransaction(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE token SET revoked = coalesce(revoked, ?) WHERE tenant ="
                                    + " ? AND id = ?")) {
                update.setObject(1, utc(at));
                update.setString(2, tenant.trustDomain());
                update.setString(3, id);
                return update.executeUpdate() == 1;
            }
        });
    }

    @Override
    public void touch(Map<String, Instant> lastUsed) throws IdentityException {
        if (lastUsed.isEmpty()) {
            return;
        }
        inTransaction(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement(
                            "UPDATE token SET last_used = greatest(last_used, ?) WHERE"
                                    + " tenant = ? AND id = ?")) {
                for (Map.Entry<String, Instant> use : lastUsed.entrySet()) {
                    update.setObject(1, utc(use.getValue()));
                    update.setString(2, tenant.trustDomain());
                    update.setString(3, use.getKey());
                    update.addBatch();
                }
                update.executeBatch();
                return true;
            }
        });
    }

    private boolean insert(Connection connection, StoredToken token) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO token (tenant, id, kind, person, roles, hash, issued_by,"
                                + " created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, tenant.trustDomain());
            insert.setString(2, token.id());
            insert.setString(3, token.kind().name());
            insert.setString(4, token.person());
            insert.setArray(5, connection.createArrayOf("text", token.roles().toArray()));
            insert.setString(6, token.hash());
            insert.setString(7, token.issuedBy());
            insert.setObject(8, utc(token.created()));
            insert.setObject(9, utc(token.expires()));
            return insert.executeUpdate() == 1;
        }
    }

    private <T> T inTransaction(Work<T> work) throws IdentityException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    private static StoredToken map(ResultSet row) throws SQLException {
        Array roles = row.getArray("roles");
        return new StoredToken(
                row.getString("id"),
                StoredToken.Kind.valueOf(row.getString("kind")),
                row.getString("person"),
                new TreeSet<>(List.of((String[]) roles.getArray())),
                row.getString("hash"),
                row.getString("issued_by"),
                row.getObject("created", OffsetDateTime.class).toInstant(),
                row.getObject("expires", OffsetDateTime.class).toInstant(),
                instant(row, "used"),
                instant(row, "revoked"),
                instant(row, "last_used"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** Class 08: no connection; 57 and 53: the server goes, comes or has no room. */
    private static IdentityException explain(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (e instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57")
                || state.startsWith("53")) {
            return new IdentityException(
                    IdentityException.Code.UNAVAILABLE,
                    "PostgreSQL does not answer, so tokens cannot be changed now; those that exist"
                            + " work on. Try again.",
                    e);
        }
        return new IdentityException(
                IdentityException.Code.BROKEN, "The token store failed: " + e.getMessage(), e);
    }
}
