package rein.respond;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import rein.testkit.MemoryRecorder;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.Run;
import rein.vocabulary.Uuid7;

/** Everything that stops need, on a real file, with faults in front. */
final class Bench implements AutoCloseable {
    /** So long that no busy machine makes a test fail; tests in which somebody hangs shorten it. */
    static final Duration WAIT = Duration.ofSeconds(60);

    final SimulatedTime time = new SimulatedTime();
    final MemoryRecorder recorder = new MemoryRecorder(time, 1);
    final Map<UUID, Run> runs = new HashMap<>();
    final KeyPair keys = keys();
    final Path folder;
    final FaultyFile file;
    final StopJournal journal;
    final LateRecords late;
    final Stops stops;
    final ReceiptFolder receipts;
    Resumer resumer = (ended, stillStopped) -> {};

    Bench(Path folder) throws IOException {
        this(folder, 2, WAIT, WAIT);
    }

    Bench(Path folder, long seed) throws IOException {
        this(folder, seed, WAIT, WAIT);
    }

    /** After a restart another seed: a simulated clock that stands still would repeat ids. */
    Bench(Path folder, long seed, Duration pointWait, Duration diskWait) throws IOException {
        this.folder = folder;
        file =
                new FaultyFile(
                        folder.resolve("stops.journal"),
                        (long) StopJournal.SLOTS * JournalSlot.BYTES);
        journal = StopJournal.open(file);
        late = new LateRecords(recorder, WAIT);
        receipts = new ReceiptFolder(folder.resolve("receipts"));
        stops =
                new Stops(
                        new Stops.Ports(
                                journal,
                                recorder,
                                late,
                                new ReceiptSigner(keys.getPrivate(), "key-1"),
                                receipts,
                                id -> Optional.ofNullable(runs.get(id)),
                                (ended, stillStopped) -> resumer.thaw(ended, stillStopped)),
                        0,
                        new Uuid7(time, new SplittableRandom(seed)),
                        time,
                        time,
                        pointWait,
                        diskWait);
    }

    Run known(Run run) {
        runs.put(run.id(), run);
        return run;
    }

    List<Kind> recorded() {
        return recorder.entries().stream().map(Entry::draft).map(Draft::kind).toList();
    }

    Draft recorded(Kind kind) {
        return recorder.entries().stream()
                .map(Entry::draft)
                .filter(draft -> draft.kind() == kind)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
