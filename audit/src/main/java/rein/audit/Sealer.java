package rein.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
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

    private final Path log;
    private final LogFiles files;
    private final String origin;
    private final LogKey key;
    private final Ticker ticker;
    private final AlsoSync alsoSync;
    private final TreeHash hash = new TreeHash();
    private final Frontier frontier;
    private final ByteArrayOutputStream bundle = new ByteArrayOutputStream(256 * 1024);
    private final Set<Path> unforced = new LinkedHashSet<>();
    private final List<Path> outdated = new ArrayList<>();
    private Optional<FrameReader> reader = Optional.empty();
    private Optional<byte[]> held = Optional.empty();
    private final Optional<Checkpoint> previous;
    private boolean catchingUp = true;
    private long checkpointNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile long written;
    private volatile long sealed;
    private volatile Optional<Checkpoint> checkpoint;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Optional<String> broken = Optional.empty();
    private long forced;
    private boolean closing;

    Sealer(
            Path log,
            LogFiles files,
            String origin,
            LogKey key,
            Ticker ticker,
            AlsoSync alsoSync,
            long base,
            Optional<Checkpoint> previous)
            throws IOException {
        this.log = log;
        this.files = files;
        this.origin = origin;
        this.key = key;
        this.ticker = ticker;
        this.alsoSync = alsoSync;
        this.previous = previous;
        this.checkpoint = previous;
        this.frontier =
                Frontier.restored(
                        hash,
                        base,
                        (level, number) -> Files.readAllBytes(TilePath.tile(log, level, number)));
        this.sealed = base;
    }

    /**
     * Derives what is due for records found at the start; throws if they contradict the checkpoint.
     */
    void catchUp(long size) throws IOException, AuditException {
        written = size;
        try {
            dropUnbacked(size);
            checkPrevious();
            seal(size);
        } catch (NoRoomException full) {
            // Stops must be recorded even now: the thread goes on trying.
            trouble = Optional.of(noRoom(full));
        }
        catchingUp = false;
        if (broken.isPresent()) {
            throw new AuditException(AuditException.Code.DAMAGED, broken.get());
        }
    }

    /**
     * After a power cut there may be bundles and tiles of records that are gone. The writer is at
     * most {@link Writer#UNSEALED_RECORDS_MAX} ahead of the disk, and never forces these first.
     */
    private void dropUnbacked(long size) throws IOException {
        long first = size / TilePath.WIDTH;
        long end = first + 2 * Writer.UNSEALED_RECORDS_MAX / TilePath.WIDTH;
        for (long number = first; number < end; number++) {
            files.delete(TilePath.bundle(log, number));
            files.delete(TilePath.tile(log, 0, number));
        }
        for (int level = 1; level < Long.SIZE / TilePath.HEIGHT; level++) {
            long next = size >> (TilePath.HEIGHT * (level + 1));
            files.delete(TilePath.tile(log, level, next));
            files.delete(TilePath.tile(log, level, next + 1));
        }
    }

    private void seal(long target) throws IOException {
        while (sealed < target && broken.isEmpty()) {
            byte[] record = held.isPresent() ? held.get() : read();
            held = Optional.of(record);
            boolean full = (sealed + 1) % TilePath.WIDTH == 0;
            if (full) {
                Path path = TilePath.bundle(log, sealed / TilePath.WIDTH);
                put(path, withLast(record));
            }
            frontier.add(hash.leaf(record), this::fullTile);
            held = Optional.empty();
            if (full) {
                bundle.reset();
            } else {
                add(record);
            }
            sealed = frontier.size();
            checkPrevious();
        }
    }

    private byte[] read() throws IOException {
        for (int look = 0; look < 2; look++) {
            if (reader.isEmpty()) {
                Path path = Segments.path(log, sealed);
                reader = Optional.of(new FrameReader(files.reading(path), sealed));
            }
            Optional<byte[]> record = reader.get().next();
            if (record.isPresent()) {
                return record.get();
            }
            // This segment is at its end: the next one starts with the record that is wanted.
            reader.get().close();
            reader = Optional.empty();
        }
        throw new IOException("record " + sealed + " was written and cannot be read back");
    }

    private void add(byte[] record) {
        bundle.write(record.length >> 8);
        bundle.write(record.length);
        bundle.write(record, 0, record.length);
    }

    /**
     * The bundle with one more record; the bundle itself stays as it is, so that this can be
     * redone.
     */
    private byte[] withLast(byte[] record) {
        byte[] before = bundle.toByteArray();
        byte[] whole = Arrays.copyOf(before, before.length + Short.BYTES + record.length);
        whole[before.length] = (byte) (record.length >> 8);
        whole[before.length + 1] = (byte) record.length;
        System.arraycopy(record, 0, whole, before.length + Short.BYTES, record.length);
        return whole;
    }

    private void fullTile(int level, long number, byte[] hashes) throws IOException {
        put(TilePath.tile(log, level, number), hashes);
    }

    private void put(Path path, byte[] bytes) throws IOException {
        // At the start most of it is there already, and a full disk must not stand in the way.
        if (!catchingUp || !Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), bytes)) {
            files.replace(path, bytes, false);
        }
        unforced.add(path);
        outdated.add(TilePath.partials(path));
    }

    private void checkPrevious() {
        if (previous.isPresent()
                && previous.get().size() == sealed
                && !Arrays.equals(
                        java.util.Base64.getDecoder().decode(previous.get().rootBase64()),
                        frontier.root())) {
            broken =
                    Optional.of(
                            "The records of "
                                    + origin
                                    + " are not those of its own checkpoint at size "
                                    + sealed
                                    + ". Run audit verify, then restore the folder or move it"
                                    + " away.");
        }
    }

    private void sign() throws IOException {
        // INVARIANT: a checkpoint covers only what is on the disk, so that no power cut can make
        // this log contradict a checkpoint that somebody else holds.
        alsoSync.sync();
        if (reader.isPresent()) {
            reader.get().file().sync();
        }
        frontier.partials((level, number, hashes) ->
                files.replace(
                        TilePath.partial(
                                TilePath.tile(log, level, number), hashes.length / TreeHash.BYTES),
                        hashes,
                        false));
        int width = (int) (sealed % TilePath.WIDTH);
        if (width > 0) {
            Path full = TilePath.bundle(log, sealed / TilePath.WIDTH);
            files.replace(TilePath.partial(full, width), bundle.toByteArray(), false);
        }
        Checkpoint signed = Checkpoint.sign(origin, sealed, frontier.root(), key);
        files.replace(
                log.resolve("checkpoint"), signed.note().getBytes(StandardCharsets.UTF_8), true);
        checkpoint = Optional.of(signed);
        checkpointNanos = ticker.nanos();
    }

    /** Deletes segments whose records are all signed and in bundles, and partials that are full. */
    private void retire(long signed) throws IOException {
        for (Path partials : outdated) {
            if (Files.isDirectory(partials)) {
                try (Stream<Path> old = Files.list(partials)) {
                    for (Path file : (Iterable<Path>) old::iterator) {
                        files.delete(file);
                    }
                }
                files.delete(partials);
            }
        }
        outdated.clear();
        NavigableSet<Long> firsts = Segments.list(log);
        Long keep = firsts.floor(signed);
        if (keep == null || firsts.headSet(keep).isEmpty()) {
            return;
        }
        Set<Path> folders = new LinkedHashSet<>();
        for (Path path : unforced) {
            files.sync(path);
            for (Path up = path.getParent(); up != null && !up.equals(log); up = up.getParent()) {
                folders.add(up);
            }
        }
        for (Path folder : folders) {
            files.sync(folder);
        }
        unforced.clear();
        for (long first : firsts.headSet(keep)) {
            files.delete(Segments.path(log, first));
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
                            || (forced <= signed() && written - sealed < WAKE_RECORDS))) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            closing = true;
        }
        return left <= 0;
    }

    private void work(long target, boolean due, boolean stop) {
        Optional<String> wrong = Optional.empty();
        try {
            seal(target);
            if (due && target > signed() && broken.isEmpty()) {
                sign();
                if (!stop) {
                    // At the end it can wait: the next start reads a few segments more.
                    retire(signed());
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
            long before = sealed;
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            changed.signalAll();
            while (sealed == before && left > 0) {
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
        return sealed;
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
        if (reader.isPresent()) {
            reader.get().close();
        }
    }
}
