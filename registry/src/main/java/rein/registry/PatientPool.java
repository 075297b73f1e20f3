package rein.registry;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/**
 * A pool that tells a PostgreSQL that is gone from one whose connections others have at the moment.
 * Fifty runs that start at once wait for each other; only what does not answer is given up after
 * {@link Database#CONNECT_MILLIS_MAX}.
 */
final class PatientPool extends HikariDataSource {
    /** Of {@link Database#CONNECT_MILLIS_MAX} each: more than a statement may take, twice over. */
    private static final int WAITS_MAX = 6;

    PatientPool(HikariConfig config) {
        super(config);
    }

    @Override
    public Connection getConnection() throws SQLException {
        for (int waited = 1; ; waited++) {
            try {
                return super.getConnection();
            } catch (SQLTransientConnectionException e) {
                if (waited >= WAITS_MAX || !isBusy()) {
                    throw e;
                }
            }
        }
    }

    /** Connections that broke are no longer counted, so of a PostgreSQL that is gone none is. */
    private boolean isBusy() {
        HikariPoolMXBean now = getHikariPoolMXBean();
        return now.getActiveConnections() > 0;
    }
}
