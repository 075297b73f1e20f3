package rein.registry;

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
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Plain JDBC with two conveniences: parameters from a list, and one place that says what an error
 * means. Each statement is its own transaction, but for {@link #together}. Safe for any thread.
 */
final class Sql {
    /** Makes a record of the row that the result set stands on. */
    @FunctionalInterface
    interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private final DataSource source;

    Sql(DataSource source) {
        this.source = source;
    }

    /** All rows; the statement itself bounds their number. */
    <T> List<T> query(String statement, List<?> parameters, Mapper<T> mapper)
            throws RegistryException {
        try (Connection connection = source.getConnection();
                PreparedStatement prepared = prepare(connection, statement, parameters);
                ResultSet rows = prepared.executeQuery()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(mapper.map(rows));
            }
            return List.copyOf(found);
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    <T> Optional<T> queryOne(String statement, List<?> parameters, Mapper<T> mapper)
            throws RegistryException {
        return query(statement, parameters, mapper).stream().findFirst();
    }

    /** How many rows were changed. */
    int update(String statement, List<?> parameters) throws RegistryException {
        try (Connection connection = source.getConnection();
                PreparedStatement prepared = prepare(connection, statement, parameters)) {
            return prepared.executeUpdate();
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    /** One statement of several. */
    record Step(String statement, List<?> parameters) {}

    /** One transaction: every step changes exactly one row, or nothing is changed. */
    boolean together(List<Step> steps) throws RegistryException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            boolean all = true;
            for (Step step : steps) {
                try (PreparedStatement prepared =
                        prepare(connection, step.statement(), step.parameters())) {
                    all &= prepared.executeUpdate() == 1;
                } catch (SQLException e) {
                    connection.rollback();
                    throw e;
                }
            }
            if (all) {
                connection.commit();
            } else {
                connection.rollback();
            }
            return all;
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    private static PreparedStatement prepare(
            Connection connection, String statement, List<?> parameters) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement);
        try {
            for (int i = 0; i < parameters.size(); i++) {
                set(connection, prepared, i + 1, parameters.get(i));
            }
            return prepared;
        } catch (SQLException e) {
            prepared.close();
            throw e;
        }
    }

    private static void set(
            Connection connection, PreparedStatement prepared, int index, Object parameter)
            throws SQLException {
        switch (parameter) {
            // The type is left to PostgreSQL, which knows the column.
            case Optional<?> empty when empty.isEmpty() ->
                    prepared.setNull(index, java.sql.Types.NULL);
            case Optional<?> present -> set(connection, prepared, index, present.orElseThrow());
            case Instant instant -> prepared.setObject(index, instant.atOffset(ZoneOffset.UTC));
            case List<?> texts ->
                    prepared.setArray(index, connection.createArrayOf("text", texts.toArray()));
            default -> prepared.setObject(index, parameter);
        }
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return List.of((String[]) array.getArray());
    }

    static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /**
     * No connection, a connection that broke (class 08), a server that shuts down, starts or has no
     * room (57P, 53), or a timeout.
     */
    static boolean isUnavailable(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return e instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57")
                || state.startsWith("53")
                || state.startsWith("28");
    }

    private static RegistryException explain(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (isUnavailable(e)) {
            return new RegistryException(
                    RegistryException.Code.UNAVAILABLE,
                    "PostgreSQL does not answer, so the registry cannot be read or changed now;"
                            + " stops and running agents are not affected. Try again, and see"
                            + " `rein doctor` if it stays so.",
                    e);
        }
        if (state.startsWith("22") || state.startsWith("23")) {
            return new RegistryException(
                    RegistryException.Code.REFUSED,
                    "The registry does not take these values: "
                            + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                    e);
        }
        return new RegistryException(
                RegistryException.Code.BROKEN, "The registry failed: " + e.getMessage(), e);
    }
}
