package rein.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.LogAddress;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Stamp;
import rein.vocabulary.Tenant;
import rein.vocabulary.Uuid7;

/**
 * A recorder that keeps its entries in memory, with a queue of refusals in front of it. Safe for
 * any thread.
 */
public final class MemoryRecorder implements Recorder {
    private final SimulatedTime time;
    private final Uuid7 ids;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Entry> entries = new ArrayList<>();
    private final Queue<RecordRefusedException.Code> refusals = new ArrayDeque<>();

    public MemoryRecorder(SimulatedTime time, long seed) {
        this.time = time;
        this.ids = new Uuid7(time, new SplittableRandom(seed));
    }

    /** The next append that is not refused already is refused with this code. */
    public void refuseNext(RecordRefusedException.Code code) {
        lock.lock();
        try {
            refusals.add(code);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Entry append(Draft draft) throws RecordRefusedException {
        lock.lock();
        try {
            RecordRefusedException.Code refusal = refusals.poll();
            if (refusal != null) {
                throw new RecordRefusedException(refusal, "refused by the test");
            }
            Stamp stamp =
                    new Stamp(
                            1,
                            ids.next(),
                            new Tenant("test.example"),
                            "test.example/memory",
                            "memory",
                            time.instant(),
                            time.nanos(),
                            new UUID(0, 0),
                            0,
                            Optional.empty());
            Entry entry = new Entry(new LogAddress(stamp.log(), entries.size()), stamp, draft);
            entries.add(entry);
            return entry;
        } finally {
            lock.unlock();
        }
    }

    public List<Entry> entries() {
        lock.lock();
        try {
            return List.copyOf(entries);
        } finally {
            lock.unlock();
        }
    }
}
