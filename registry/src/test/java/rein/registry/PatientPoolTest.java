package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Whoever finds all connections taken waits for one; nothing says that PostgreSQL is gone. */
final class PatientPoolTest extends OnPostgres {
    private static final long LONGER_THAN_GONE_MILLIS = Database.CONNECT_MILLIS_MAX * 3L / 2;

    @Test
    void takenIsNotGone() throws Exception {
        List<Connection> taken = new ArrayList<>();
        try {
            for (int i = 0; i < Database.CONNECTIONS_MAX; i++) {
                taken.add(database.dataSource().getConnection());
            }
            FutureTask<Boolean> one = new FutureTask<>(() -> registry.persons().isSingleOperator());
            Thread.ofPlatform().start(one);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LONGER_THAN_GONE_MILLIS));
            assertThat(one.isDone()).as("it waits").isFalse();
            taken.removeLast().close();
            assertThat(one.get(Database.STATEMENT_MILLIS_MAX * 4L, TimeUnit.MILLISECONDS))
                    .isFalse();
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }
}
