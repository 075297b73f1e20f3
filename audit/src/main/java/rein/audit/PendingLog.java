package rein.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.NavigableSet;

/**
 * What is written first. Records are appended to a segment; tiles, bundles and checkpoints are
 * derived from it. Used by the writer's thread only.
 *
 * <p>A segment is filled with zeros ahead of the data. The zeros are the reserve: a record that may
 * use it needs no new room, and nobody else on the machine can take it.
 */
final class PendingLog implements Closeable {
    /**
     * When a segment is followed by a new one: at most this is read again at the next start (about
     * 0.2 s), and about 45,000 usual records go by between two deletions.
     */
    static final long SEGMENT_BYTES = 32L * 1024 * 1024;

    /** Zeros written at once when room is made: one write per about 300 usual records. */
    private static final int EXTEND_BYTES = 256 * 1024;

    private final Path log;
    private final LogFiles files;
    private LogFiles.OpenFile segment;
    private long segmentFirst;
    private long offset;
    private long allocated;
    private long size;

    /**
     * What was found.
     *
     * @param base index of the first record that is still pending; all before are in bundles
     * @param tornBytes bytes behind the last whole record; they were cut
     */
    record Recovered(PendingLog pending, long base, long tornBytes) {}

    private PendingLog(Path log, LogFiles files, LogFiles.OpenFile segment, long segmentFirst) {
        this.log = log;
        this.files = files;
        this.segment = segment;
        this.segmentFirst = segmentFirst;
    }

    /** Finds the last whole record and cuts what is behind it. */
    static Recovered recover(Path log, LogFiles files) throws IOException, AuditException {
        NavigableSet<Long> firsts = Segments.list(log);
        if (firsts.isEmpty()) {
            firsts.add(0L);
        }
        long base = firsts.first();
        long expected = base;
        for (long first : firsts) {
            if (first != expected) {
                throw new AuditException(
                        AuditException.Code.DAMAGED,
                        "Records are missing before "
                                + Segments.path(log, first)
                                + ": the segment before it ends at record "
                                + expected
                                + ". Restore the folder, or move it away to begin a new log.");
            }
            boolean last = first == firsts.last();
            LogFiles.OpenFile file = files.open(Segments.path(log, first));
            FrameReader reader = new FrameReader(file, first);
            while (reader.next().isPresent()) {
                expected = reader.index();
            }
            if (last) {
                PendingLog pending = new PendingLog(log, files, file, first);
                pending.offset = reader.position();
                pending.size = expected;
                pending.allocated = file.size();
                return new Recovered(pending, base, pending.cut());
            }
            file.close();
        }
        throw new IllegalStateException("no segment was last");
    }

    /** Overwrites what is behind the last whole record with zeros; returns how much there was. */
    private long cut() throws IOException {
        long end = offset;
        ByteBuffer chunk = ByteBuffer.allocate(EXTEND_BYTES);
        for (long at = offset; at < allocated; at += EXTEND_BYTES) {
            chunk.clear();
            while (chunk.hasRemaining() && segment.read(chunk, at + chunk.position()) >= 0) {}
            for (int i = 0; i < chunk.position(); i++) {
                if (chunk.get(i) != 0) {
                    end = at + i + 1;
                }
            }
        }
        for (long at = offset; at < end; at += EXTEND_BYTES) {
            segment.write(ByteBuffer.allocate((int) Math.min(EXTEND_BYTES, end - at)), at);
        }
        if (end > offset) {
            segment.sync();
        }
        return end - offset;
    }

    long size() {
        return size;
    }

    /** Bytes that can be appended without asking the disk for more. */
    long readyBytes() {
        return allocated - offset;
    }

    /** Makes at least this many bytes ready; false when the disk is full. */
    boolean makeReady(long bytes) throws IOException {
        try {
            while (readyBytes() < bytes) {
                segment.write(ByteBuffer.allocate(EXTEND_BYTES), allocated);
                allocated += EXTEND_BYTES;
            }
            return true;
        } catch (NoRoomException full) {
            // Part of the zeros may have been written; the next write goes over them.
            allocated = Math.max(allocated, segment.size());
            return readyBytes() >= bytes;
        }
    }

    /** Appends whole frames into the part that is ready. */
    void append(ByteBuffer frames, int records) throws IOException {
        int bytes = frames.remaining();
        if (bytes > readyBytes()) {
            throw new IllegalStateException(bytes + " bytes, ready are " + readyBytes());
        }
        segment.write(frames, offset);
        offset += bytes;
        size += records;
    }

    /**
     * How many records may still be appended before a new segment is due; a large number if none.
     */
    int recordsUntilRoll() {
        return offset < SEGMENT_BYTES
                ? Integer.MAX_VALUE
                : (int) (TilePath.WIDTH - size % TilePath.WIDTH) % TilePath.WIDTH;
    }

    /**
     * Starts a new segment with this many bytes ready. Without room the old one goes on being used.
     */
    void roll(long readyBytes) throws IOException {
        // INVARIANT: a segment that is followed by another is whole on the disk.
        segment.sync();
        Path path = Segments.path(log, size);
        LogFiles.OpenFile next = files.open(path);
        PendingLog fresh = new PendingLog(log, files, next, size);
        if (!fresh.makeReady(readyBytes)) {
            next.close();
            files.delete(path);
            return;
        }
        segment.close();
        segment = next;
        segmentFirst = size;
        offset = 0;
        allocated = fresh.allocated;
    }

    void sync() throws IOException {
        segment.sync();
    }

    long segmentFirst() {
        return segmentFirst;
    }

    @Override
    public void close() throws IOException {
        segment.close();
    }
}
