package rein.audit;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;

/** Opens logs for tests: small reserve, simulated time. */
final class Logs {
    static final String NODE = "node-1";
    static final String ORIGIN = "test.example/node-1";
    static final long RESERVE_BYTES = 256 * 1024;
    static final UUID BOOT = new UUID(7, 7);

    private Logs() {}

    static AuditLog.Settings settings(Path folder, Durability durability) {
        return new AuditLog.Settings(
                folder.resolve("log"),
                folder.resolve("keys/log.key"),
                Samples.TENANT,
                NODE,
                BOOT,
                durability,
                RESERVE_BYTES);
    }

    static AuditLog open(Path folder) throws AuditException {
        return open(folder, new RealFiles(), Optional.empty());
    }

    static AuditLog open(Path folder, LogFiles files, Optional<ContentStore> content)
            throws AuditException {
        SimulatedTime time = new SimulatedTime();
        return AuditLog.open(
                settings(folder, Durability.PROCESS_CRASH),
                files,
                content,
                time,
                time,
                new SecureRandom());
    }

    static Path log(Path folder) {
        return folder.resolve("log");
    }

    static Draft exec(long run, int number) {
        return Draft.of(Kind.EXEC)
                .run(Samples.run("builder", run))
                .detail("pid", Integer.toString(number))
                .size("argv-bytes", 17)
                .build();
    }

    static Draft stop(int number) {
        return Draft.of(Kind.STOP_ORDERED)
                .person("alice")
                .detail("order", "order-" + number)
                .detail("mode", "suspend")
                .build();
    }
}
