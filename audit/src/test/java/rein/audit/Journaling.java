package rein.audit;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import rein.testkit.Samples;
import rein.vocabulary.Entry;

/**
 * A process that is killed: appends from several threads without end, and tells each acknowledged
 * record's index and id to whoever reads its output.
 */
final class Journaling {
    private static final int THREADS = 6;

    private Journaling() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        SecureRandom random = new SecureRandom();
        DataOutputStream journal = new DataOutputStream(System.out);
        ContentStore content =
                ContentStore.open(
                        folder.resolve("content"),
                        folder.resolve("keys/content.key"),
                        folder,
                        new RealFiles(),
                        random);
        AuditLog log =
                AuditLog.open(
                        Logs.settings(folder, Durability.valueOf(arguments[1])),
                        new RealFiles(),
                        Optional.of(content),
                        InstantSource.system(),
                        System::nanoTime,
                        random);
        for (int thread = 0; thread < THREADS; thread++) {
            long run = random.nextInt(4);
            Thread.ofPlatform().start(() -> append(log, run, journal));
        }
    }

    private static void append(AuditLog log, long run, DataOutputStream journal) {
        try {
            for (int i = 0; ; i++) {
                Entry entry =
                        log.append(
                                i % 5 == 0
                                        ? rein.vocabulary.Draft.of(rein.vocabulary.Kind.EXEC)
                                                .run(Samples.run("builder", run))
                                                .content("argv", "make test " + i)
                                                .build()
                                        : Logs.exec(run, i));
                UUID id = entry.stamp().id();
                synchronized (journal) {
                    journal.writeLong(entry.address().index());
                    journal.writeLong(id.getMostSignificantBits());
                    journal.writeLong(id.getLeastSignificantBits());
                    journal.flush();
                }
            }
        } catch (IOException | rein.vocabulary.RecordRefusedException e) {
            throw new IllegalStateException(e);
        }
    }
}
