package rein.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import rein.vocabulary.Entry;
import rein.vocabulary.LogAddress;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.RecordRefusedException.Code;
import rein.vocabulary.Stamp;
import rein.vocabulary.Tenant;
import rein.vocabulary.Uuid7;

/**
 * Writes records, many with one write and (for {@link Durability#POWER_LOSS}) one force, on the
 * platform thread {@code audit-write-<node>}. Everything here belongs to that thread.
 */
final class Writer {
    /** Records in one batch: bounds what is lost together when a write fails. */
    static final int BATCH_RECORDS_MAX = 1_024;

    /** Bytes in one write: about 1,500 usual records, copied in under 1 ms. */
    static final int BATCH_BYTES_MAX = 1024 * 1024;

    /** How long the idle thread waits before it looks whether the reserve can be filled again. */
    private static final long IDLE_MILLIS = 1_000;

    /**
     * Records that may be written and not yet sealed: about 100 MB to catch up on. Then ordinary
     * records wait for the sealer, and if that is stuck they are refused; stops are not.
     */
    static final long UNSEALED_RECORDS_MAX = 131_072;

    private static final long SEALER_WAIT_MILLIS = 50;

    private static final String DISK_FULL =
            "There is no room for the audit log. Free some, or move the data folder.";

    /** Who writes, as it stands on every record. */
    record Author(Tenant tenant, String node, String origin, UUID boot) {}

    private record Coming(Ticket ticket, Stamp stamp) {}

    private final Author author;
    private final Durability durability;
    private final Reserve reserve;
    private final Intake intake;
    private final PendingLog pending;
    private final Sealer sealer;
    private final Sealer.AlsoSync alsoSync;
    private final RunSequences sequences;
    private final Uuid7 ids;
    private final Consumer<Entry> subscribers;
    private final RecordJson json = new RecordJson();
    private final ByteBuffer frames =
            ByteBuffer.allocate(BATCH_BYTES_MAX + Frame.HEAD_BYTES + RecordJson.RECORD_BYTES_MAX);
    private final List<Coming> coming = new ArrayList<>(BATCH_RECORDS_MAX);

    private volatile Optional<String> broken = Optional.empty();
    private volatile long reserveReadyBytes;
    private final AtomicLong fullRefusals = new AtomicLong();
    private volatile boolean full;

    Writer(
            Author author,
            Durability durability,
            Reserve reserve,
            Intake intake,
            PendingLog pending,
            Sealer sealer,
            Sealer.AlsoSync alsoSync,
            RunSequences sequences,
            Uuid7 ids,
            Consumer<Entry> subscribers) {
        this.author = author;
        this.durability = durability;
        this.reserve = reserve;
        this.intake = intake;
        this.pending = pending;
        this.sealer = sealer;
        this.alsoSync = alsoSync;
        this.sequences = sequences;
        this.ids = ids;
        this.subscribers = subscribers;
        reserveReadyBytes = Math.min(pending.readyBytes(), reserve.bytes());
    }

    /** The thread's work, until the intake is closed and empty. */
    void run() {
        while (!intake.done()) {
            List<Ticket> batch = List.of();
            try {
                batch = intake.take(BATCH_RECORDS_MAX, IDLE_MILLIS);
                if (batch.isEmpty()) {
                    idle();
                }
                for (int from = 0; from < batch.size(); ) {
                    from = writeSome(batch, from);
                }
            } catch (IOException | RuntimeException e) {
                breakDown(e, batch);
            } catch (InterruptedException e) {
                breakDown(e, batch);
                intake.close();
            }
        }
    }

    private void breakDown(Exception e, List<Ticket> batch) {
        if (broken.isEmpty()) {
            broken =
                    Optional.of(
                            "The audit log cannot be written: "
                                    + e.getMessage()
                                    + ". Check the disk, then start Rein again.");
        }
        for (Ticket ticket : batch) {
            // Those that were answered already stay as they are.
            ticket.refuse(Code.BROKEN, broken.get());
        }
    }

    private void idle() throws IOException {
        if (broken.isEmpty() && pending.readyBytes() < reserve.bytes()) {
            full = !pending.makeReady(reserve.bytes());
        }
        reserveReadyBytes = Math.min(pending.readyBytes(), reserve.bytes());
    }

    /** Writes one chunk of the batch; returns where the next one starts. */
    private int writeSome(List<Ticket> batch, int from) throws IOException, InterruptedException {
        Optional<String> why = broken.or(sealer::broken);
        if (why.isPresent()) {
            broken = why;
            batch.subList(from, batch.size())
                    .forEach(ticket -> ticket.refuse(Code.BROKEN, why.get()));
            return batch.size();
        }
        boolean behind = behind();
        if (pending.recordsUntilRoll() == 0) {
            pending.roll(reserve.bytes());
        }
        int until = pending.recordsUntilRoll();
        int records = until == 0 ? TilePath.WIDTH : until;
        int next = from;
        begin();
        while (next < batch.size()
                && coming.size() < records
                && frames.position() < BATCH_BYTES_MAX) {
            Ticket ticket = batch.get(next++);
            if (behind && !reserve.mayUse(ticket.draft().kind())) {
                ticket.refuse(
                        Code.BUSY,
                        "The audit log is behind. "
                                + sealer.trouble().orElse("Try again shortly."));
            } else {
                encode(ticket);
            }
        }
        // INVARIANT: while there is room, the whole reserve stays ready behind every record.
        if (pending.makeReady(frames.position() + reserve.bytes())) {
            full = false;
            commit();
        } else {
            full = true;
            List<Ticket> waiting = coming.stream().map(Coming::ticket).toList();
            undo();
            for (Ticket ticket : waiting) {
                writeAlone(ticket);
            }
        }
        return next;
    }

    /** On a full disk each record is looked at by itself: some may use the reserve. */
    private void writeAlone(Ticket ticket) throws IOException {
        begin();
        if (!encode(ticket)) {
            return;
        }
        long floor = reserve.floorBytes(ticket.draft().kind());
        if (pending.makeReady(frames.position() + floor)) {
            commit();
        } else {
            undo();
            fullRefusals.incrementAndGet();
            ticket.refuse(Code.DISK_FULL, DISK_FULL);
        }
    }

    /** Waits for the sealer when it is far behind; true if it is stuck there. */
    private boolean behind() throws InterruptedException {
        while (pending.size() - sealer.sealed() > UNSEALED_RECORDS_MAX) {
            if (sealer.trouble().isPresent() || sealer.broken().isPresent()) {
                return true;
            }
            sealer.awaitProgress(SEALER_WAIT_MILLIS);
        }
        return false;
    }

    private void begin() {
        coming.clear();
        frames.clear();
    }

    /** Adds one frame; false if the record is too large and was refused. */
    private boolean encode(Ticket ticket) throws IOException {
        Optional<UUID> run = ticket.draft().run().map(one -> one.id());
        long sequence = run.isPresent() ? sequences.next(run.get(), pending.size()) : 0;
        Stamp stamp =
                new Stamp(
                        1,
                        ids.next(),
                        author.tenant(),
                        author.origin(),
                        author.node(),
                        ticket.happened(),
                        ticket.monotonicNanos(),
                        author.boot(),
                        sequence,
                        ticket.contentRef());
        try {
            JsonBytes bytes = json.encode(ticket.draft(), stamp);
            Frame.write(frames, pending.size() + coming.size(), bytes.buffer(), bytes.length());
            coming.add(new Coming(ticket, stamp));
            return true;
        } catch (RecordRefusedException tooLarge) {
            run.ifPresent(sequences::undo);
            ticket.answer().completeExceptionally(tooLarge);
            return false;
        }
    }

    private void undo() {
        for (Coming one : coming) {
            one.ticket().draft().run().ifPresent(run -> sequences.undo(run.id()));
        }
    }

    private void commit() throws IOException {
        if (coming.isEmpty()) {
            return;
        }
        long index = pending.size();
        frames.flip();
        pending.append(frames, coming.size());
        if (durability == Durability.POWER_LOSS) {
            alsoSync.sync();
            pending.sync();
        }
        sealer.written(pending.size());
        reserveReadyBytes = Math.min(pending.readyBytes(), reserve.bytes());
        for (Coming one : coming) {
            Entry entry =
                    new Entry(
                            new LogAddress(author.origin(), index++),
                            one.stamp(),
                            one.ticket().draft());
            subscribers.accept(entry);
            one.ticket().answer().complete(entry);
        }
    }

    long reserveReadyBytes() {
        return reserveReadyBytes;
    }

    long fullRefusals() {
        return fullRefusals.get();
    }

    boolean full() {
        return full;
    }

    Optional<String> broken() {
        return broken.or(sealer::broken);
    }
}
