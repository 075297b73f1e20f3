package rein.server.node;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import rein.detect.Argv;
import rein.sandbox.Exec;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Run;

/**
 * Turns observed program starts into records, on one virtual thread behind a bounded queue: the
 * thread that reads the kernel's trace must not wait for a disk. What does not fit or is not taken
 * is counted and becomes a LOSS record.
 */
public final class ExecRecords implements AutoCloseable {
    /** A parallel build starts a few thousand programs a second; this is several seconds of it. */
    private static final int WAITING_MAX = 16_384;

    private static final long IDLE_MILLIS = 500;

    private final Recorder recorder;
    private final Function<UUID, Optional<Run>> runs;
    private final Consumer<Exec> seen;
    private final BlockingQueue<Exec> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong lost = new AtomicLong();
    private final Thread writing;
    private volatile boolean closed;

    /**
     * Writes until it is closed.
     *
     * @param seen told of each program start before it is recorded, for the run's own ledger
     */
    public ExecRecords(Recorder recorder, Function<UUID, Optional<Run>> runs, Consumer<Exec> seen) {
        this.recorder = recorder;
        this.runs = runs;
        this.seen = seen;
        this.writing = Thread.ofVirtual().name("exec-records").start(this::write);
    }

    /** Never blocks. */
    public void offer(Exec exec) {
        if (!waiting.offer(exec)) {
            lost.incrementAndGet();
        }
    }

    private void write() {
        try {
            while (!closed || !waiting.isEmpty()) {
                Exec exec = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (exec != null) {
                    record(exec);
                } else if (lost.get() > 0) {
                    recordLoss();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void record(Exec exec) {
        Optional<Run> run = runs.apply(exec.run());
        if (run.isEmpty()) {
            return;
        }
        seen.accept(exec);
        Draft.Builder draft =
                Draft.of(Kind.EXEC)
                        .run(run.get())
                        .door(Door.EXEC)
                        .detail("pid", String.valueOf(exec.pid()))
                        .detail("parent-pid", String.valueOf(exec.parent()))
                        .detail("writable-path", String.valueOf(exec.fromWritable()))
                        .detail("argv-seen", String.valueOf(exec.argv().isPresent()))
                        .size("lag-micros", exec.lagNanos() / 1_000)
                        .content("file", exec.file());
        if (exec.ours()) {
            draft.detail("starts-sandbox", "true");
        }
        exec.argv().map(List::copyOf).ifPresent(argv -> draft.content("argv", Argv.join(argv)));
        try {
            recorder.append(draft.build());
        } catch (RecordRefusedException e) {
            lost.incrementAndGet();
        }
    }

    private void recordLoss() {
        long count = lost.getAndSet(0);
        try {
            recorder.append(
                    Draft.of(Kind.LOSS).door(Door.EXEC).size("execs-unrecorded", count).build());
        } catch (RecordRefusedException e) {
            lost.addAndGet(count);
        }
    }

    /** Writes what waits, then ends. */
    @Override
    public void close() {
        closed = true;
        try {
            writing.join(java.time.Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
