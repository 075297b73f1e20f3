package rein.audit;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Ticker;

/**
 * Derives entry bundles, tiles and signed checkpoints from what was written, on the platform thread
 * {@code audit-seal-<node>}, so that hashing, signing and forcing never hold up the writer. The
 * same code does it after a crash. What it cannot write now it writes later: a record is safe in
 * its segment until a checkpoint covers it and its bundle is on the disk.
 */
final class Sealer {
    /**
     * The longest time between a record and a checkpoint that covers it, while the disk keeps up:
     * an Ed25519 signature and a forced write a second cost nothing, and it bounds what a power cut
     * may lose.
     */
    static final long CHECKPOINT_MILLIS = 1_000;

    /** Unsealed records that wake the thread early: 16 bundles, about 3 MB. */
    static final int WAKE_RECORDS = 16 * TilePath.WIDTH;

    /** What else must be forced to the disk before a checkpoint: the content. */
    @FunctionalInterface
    interface AlsoSync {
        void sync() throws IOException;
    }

    private final StoredTree tree;
    private final Ticker ticker;
    private final AlsoSync alsoSync;
    private long checkpointNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile long written;
    private volatile Optional<Checkpoint> checkpoint;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Optional<String> broken = Optional.empty();
    private long forced;
    private boolean closing;

    Sealer(StoredTree tree, Ticker ticker, AlsoSync alsoSync, Optional<Checkpoint> previous) {
        this.tree = tree;
        this.ticker = ticker;
        this.alsoSync = alsoSync;
        this.checkpoint = previous;
    }

    /**
     * Derives what is due for records found at the start; throws if they contradict the checkpoint.
     */
    void catchUp(long size) throws IOException, AuditException {
        written = size;
        try {
            tree.catchUp(size);
        } catch (NoRoomException full) {
            // Stops must be recorded even now: the thread goes on trying.
            trouble = Optional.of(noRoom(full));
        }
        broken = tree.contradiction();
        if (broken.isPresent()) {
            throw new AuditException(AuditException.Code.DAMAGED, broken.get());
        }
    }

    /** The thread's work, until {@link #close}. */
    void run() {
        boolean stop = false;
        while (!stop) {
            long target;
            boolean due;
            lock.lock();
            try {
                boolean timeOver = await();
                target = written;
                stop = closing;
                due =
                        timeOver
                                || closing
                                || forced > signed()
                                || ticker.nanos() - checkpointNanos
                                        >= TimeUnit.MILLISECONDS.toNanos(CHECKPOINT_MILLIS);
            } finally {
                lock.unlock();
            }
            work(target, due, stop);
        }
    }

    /** Waits for something to do; true when the time for a checkpoint is over. */
    private boolean await() {
        long left = TimeUnit.MILLISECONDS.toNanos(CHECKPOINT_MILLIS);
        try {
            while (left > 0
                    && !closing
                    && (trouble.isPresent()
                            || broken.isPresent()
                            || (forced <= signed() && written - tree.sealed() < WAKE_RECORDS))) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            closing = true;
        }
        return left <= 0;
    }

    private void work(long target, boolean due, boolean stop) {
        if (broken.isPresent()) {
            // INVARIANT: nothing is signed after a failure; only a new start looks at the disk
            // again.
            return;
        }
        Optional<String> wrong = Optional.empty();
        try {
            tree.seal(target);
            broken = tree.contradiction();
            if (due && target > signed() && broken.isEmpty()) {
                checkpoint = Optional.of(tree.sign(alsoSync));
                checkpointNanos = ticker.nanos();
                if (!stop) {
                    // At the end it can wait: the next start reads a few segments more.
                    tree.retire(signed());
                }
            }
        } catch (NoRoomException e) {
            wrong = Optional.of(noRoom(e));
        } catch (IOException e) {
            wrong = Optional.of(failed(e));
            // After a failed force nobody knows what is on the disk (fsync may not be repeated).
            broken = wrong;
        } catch (RuntimeException e) {
            wrong = Optional.of(failed(e));
            broken = wrong;
        }
        lock.lock();
        try {
            trouble = wrong;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static String noRoom(IOException e) {
        return "The tree cannot be written: "
                + e.getMessage()
                + ". Free some room; it is then made up for.";
    }

    private static String failed(Exception e) {
        return "The audit log cannot be written: "
                + e.getMessage()
                + ". Check the disk, then start Rein again.";
    }

    /** Called by the writer after each batch. */
    void written(long size) {
        long before = written;
        written = size;
        if (before / WAKE_RECORDS != size / WAKE_RECORDS) {
            signal();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something was sealed, or this time is over. */
    void awaitProgress(long waitMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long before = tree.sealed();
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            changed.signalAll();
            while (tree.sealed() == before && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Makes a checkpoint over at least what is written now, within this time. */
    Checkpoint force(long waitMillis) throws AuditException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long target = written;
            forced = Math.max(forced, target);
            // What was in the way may be gone: this asks for a fresh try.
            trouble = Optional.empty();
            changed.signalAll();
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            while (signed() < target && trouble.isEmpty() && broken.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            Optional<Checkpoint> newest = checkpoint;
            if (newest.isPresent() && newest.get().size() >= target) {
                return newest.get();
            }
            throw new AuditException(
                    AuditException.Code.IO,
                    broken.or(() -> trouble)
                            .orElse(
                                    "No checkpoint was made within "
                                            + waitMillis
                                            + " ms. Try again."));
        } finally {
            lock.unlock();
        }
    }

    /** Records written, as far as the writer has said. */
    long written() {
        return written;
    }

    long sealed() {
        return tree.sealed();
    }

    /** Records that the newest checkpoint covers. */
    long signed() {
        return checkpoint.map(Checkpoint::size).orElse(0L);
    }

    Optional<Checkpoint> checkpoint() {
        return checkpoint;
    }

    /** What keeps it from sealing now, although it may later. */
    Optional<String> trouble() {
        return trouble;
    }

    Optional<String> broken() {
        return broken;
    }

    /** Asks the thread to seal and sign what is written, and to end. */
    void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** After the thread has ended. */
    void release() throws IOException {
        tree.close();
    }
}
