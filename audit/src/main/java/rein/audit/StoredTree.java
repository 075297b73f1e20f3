package rein.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tree on the disk: reads the pending segments in order and writes bundles, tiles and
 * checkpoints. Each step can be repeated after it failed for want of room. Used by one thread: the
 * opening one first, then the sealer's.
 */
final class StoredTree implements Closeable {
    private final Path log;
    private final LogFiles files;
    private final String origin;
    private final LogKey key;
    private final TreeHash hash = new TreeHash();
    private final Frontier frontier;
    private final ByteArrayOutputStream bundle = new ByteArrayOutputStream(256 * 1024);
    private final Set<Path> unforced = new LinkedHashSet<>();
    private final List<Path> outdated = new ArrayList<>();
    private final Optional<Checkpoint> previous;
    private Optional<FrameReader> reader = Optional.empty();
    private Optional<byte[]> held = Optional.empty();
    private boolean catchingUp = true;
    private volatile long sealed;
    private Optional<String> contradiction = Optional.empty();

    /**
     * The tree over the first {@code base} records, which are all in full tiles.
     *
     * @param previous the checkpoint that the records must agree with
     */
    StoredTree(
            Path log,
            LogFiles files,
            String origin,
            LogKey key,
            long base,
            Optional<Checkpoint> previous)
            throws IOException {
        this.log = log;
        this.files = files;
        this.origin = origin;
        this.key = key;
        this.previous = previous;
        this.frontier =
                Frontier.restored(
                        hash,
                        base,
                        (level, number) -> Files.readAllBytes(TilePath.tile(log, level, number)));
        this.sealed = base;
    }

    /** Derives what is due for records found at the start, and rewrites only what differs. */
    void catchUp(long size) throws IOException {
        try {
            dropUnbacked(size);
            checkPrevious();
            seal(size);
        } finally {
            catchingUp = false;
        }
    }

    /** Records whose bundles and tiles are written, as far as they are full; for any thread. */
    long sealed() {
        return sealed;
    }

    /** What does not agree with the checkpoint from before; then nothing more is sealed. */
    Optional<String> contradiction() {
        return contradiction;
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

    /** Derives bundles and tiles for all records below {@code target}. */
    void seal(long target) throws IOException {
        while (sealed < target && contradiction.isEmpty()) {
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
                        Base64.getDecoder().decode(previous.get().rootBase64()), frontier.root())) {
            contradiction =
                    Optional.of(
                            "The records of "
                                    + origin
                                    + " are not those of its own checkpoint at size "
                                    + sealed
                                    + ". Run audit verify, then restore the folder or move it"
                                    + " away.");
        }
    }

    /**
     * Signs a checkpoint over what is sealed.
     *
     * @param alsoSync forces the content, to which the records refer
     */
    Checkpoint sign(Sealer.AlsoSync alsoSync) throws IOException {
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
        return signed;
    }

    /** Deletes segments whose records are all signed and in bundles, and partials that are full. */
    void retire(long signed) throws IOException {
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

    @Override
    public void close() throws IOException {
        if (reader.isPresent()) {
            reader.get().close();
        }
    }
}
