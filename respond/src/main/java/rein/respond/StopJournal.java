package rein.respond;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import rein.vocabulary.StopOrder;

/**
 * Stop orders on disk before they take effect. A file of {@link #SLOTS} slots, every byte of which
 * was written when it was made: an order or a resume takes one slot in place and needs neither free
 * disk nor a database.
 *
 * <p>INVARIANT: a slot that says an order is in force is never overwritten while it is; a slot that
 * says it was resumed is not overwritten before every slot with the order itself was. So a write
 * that tears costs only what was being written: a torn order was not yet acknowledged, a torn
 * resume leaves the order in force.
 *
 * <p>Safe for any thread; each write waits for the disk. Close it at the end; that loses nothing.
 */
public final class StopJournal implements AutoCloseable {
    /** Twice the orders, since every one of them may be resumed before any slot comes free. */
    public static final int SLOTS = 2_048;

    /** In force at once: the promise is 1,000. */
    public static final int ORDERS_MAX = SLOTS / 2;

    /** What is known of one order. */
    private static final class Trace {
        Optional<StopOrder> order = Optional.empty();
        boolean recorded;
        boolean resumed;
        final TreeSet<Integer> orderSlots = new TreeSet<>();
        final TreeSet<Integer> resumeSlots = new TreeSet<>();
    }

    private final JournalFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, Trace> traces = new HashMap<>();
    private final TreeSet<Integer> free = new TreeSet<>();
    private final List<Integer> torn = new ArrayList<>();
    private long highestEpoch;

    private StopJournal(JournalFile file) {
        this.file = file;
    }

    /**
     * Opens the journal, and makes it where there is none.
     *
     * @throws StopException {@code JOURNAL_UNUSABLE}: the caller does not start
     */
    public static StopJournal open(Path path) throws StopException {
        try {
            return open(JournalFile.open(path, (long) SLOTS * JournalSlot.BYTES));
        } catch (IOException unusable) {
            throw new StopException(
                    StopException.Code.JOURNAL_UNUSABLE,
                    "The stop journal cannot be used: "
                            + unusable.getMessage()
                            + ". Restore it from a copy. If there is none, move it away, start, and"
                            + " order again the stops that the audit log shows in force.",
                    unusable);
        }
    }

    static StopJournal open(JournalFile file) throws IOException {
        StopJournal journal = new StopJournal(file);
        journal.readBack(file.read());
        return journal;
    }

    private void readBack(byte[] bytes) throws IOException {
        for (int slot = 0; slot < SLOTS; slot++) {
            int at = slot * JournalSlot.BYTES;
            JournalSlot found;
            try {
                found = JournalSlot.read(Arrays.copyOfRange(bytes, at, at + JournalSlot.BYTES));
            } catch (IllegalArgumentException unreadable) {
                throw new IOException("slot " + slot + " is whole but cannot be read", unreadable);
            }
            switch (found) {
                case JournalSlot.Empty() -> free.add(slot);
                case JournalSlot.Torn() -> {
                    torn.add(slot);
                    free.add(slot);
                }
                case JournalSlot.Foreign(int format) ->
                        throw new IOException(
                                "slot " + slot + " is of format " + format + ", not known here");
                case JournalSlot.Ordered(StopOrder order, boolean recorded) -> {
                    Trace trace = traces.computeIfAbsent(order.id(), id -> new Trace());
                    trace.order = Optional.of(order);
                    trace.recorded = trace.recorded || recorded;
                    trace.orderSlots.add(slot);
                    highestEpoch = Math.max(highestEpoch, order.epoch());
                }
                case JournalSlot.Resumed(UUID order, long epoch) -> {
                    Trace trace = traces.computeIfAbsent(order, id -> new Trace());
                    trace.resumed = true;
                    trace.resumeSlots.add(slot);
                    highestEpoch = Math.max(highestEpoch, epoch);
                }
            }
        }
        for (Trace trace : List.copyOf(traces.values())) {
            dropIfGone(trace);
        }
    }

    /** Orders in force, oldest first. */
    public List<StopOrder> inForce() {
        return orders(trace -> !trace.resumed);
    }

    /** Orders in force that the audit log may not have, oldest first. */
    public List<StopOrder> unrecorded() {
        return orders(trace -> !trace.resumed && !trace.recorded);
    }

    private List<StopOrder> orders(Predicate<Trace> which) {
        lock.lock();
        try {
            return traces.values().stream()
                    .filter(which)
                    .flatMap(trace -> trace.order.stream())
                    .sorted(Comparator.comparingLong(StopOrder::epoch))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The highest epoch that was ever written here and is still known. */
    public long highestEpoch() {
        lock.lock();
        try {
            return highestEpoch;
        } finally {
            lock.unlock();
        }
    }

    /** Slots that did not read back whole when the journal was opened; report them. */
    public List<Integer> torn() {
        return Collections.unmodifiableList(torn);
    }

    /**
     * Writes an order down; on return it is on the disk. May be called again after a failure.
     *
     * @throws IOException when the disk fails, or {@link #ORDERS_MAX} are in force already
     */
    void order(StopOrder order) throws IOException {
        lock.lock();
        try {
            Trace trace = traces.get(order.id());
            if (trace != null && trace.order.isPresent()) {
                return;
            }
            if (trace == null) {
                long inForce = traces.values().stream().filter(other -> !other.resumed).count();
                if (inForce >= ORDERS_MAX) {
                    throw new IOException("all " + ORDERS_MAX + " places for orders are taken");
                }
                trace = new Trace();
            }
            byte[] bytes;
            try {
                bytes = JournalSlot.of(order);
            } catch (IllegalArgumentException tooLong) {
                throw new IOException(tooLong.getMessage(), tooLong);
            }
            int slot = trace.orderSlots.isEmpty() ? take() : trace.orderSlots.first();
            // Remembered before the write: should it fail half way, the slot may hold the order.
            trace.orderSlots.add(slot);
            traces.put(order.id(), trace);
            write(slot, trace, bytes);
            trace.order = Optional.of(order);
            highestEpoch = Math.max(highestEpoch, order.epoch());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes down that an order is no longer in force; on return that is on the disk.
     *
     * @throws IOException when the disk fails: the order stays in force
     */
    void resumed(UUID order) throws IOException {
        lock.lock();
        try {
            Trace trace = traces.get(order);
            if (trace == null || trace.resumed) {
                return;
            }
            int slot = trace.resumeSlots.isEmpty() ? take() : trace.resumeSlots.first();
            trace.resumeSlots.add(slot);
            write(slot, trace, JournalSlot.resumed(order, highestEpoch));
            trace.resumed = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes that the audit log has this order, so that it is not recorded again after a restart.
     */
    void recorded(UUID order) throws IOException {
        lock.lock();
        try {
            Trace trace = traces.get(order);
            if (trace == null || trace.recorded || trace.order.isEmpty()) {
                return;
            }
            for (int slot : trace.orderSlots) {
                file.write((long) slot * JournalSlot.BYTES + JournalSlot.MARK_AT, new byte[] {1});
            }
            trace.recorded = true;
        } finally {
            lock.unlock();
        }
    }

    /** Writes a slot; what stood in it before is gone only when this returns. */
    private void write(int slot, Trace writer, byte[] bytes) throws IOException {
        file.write((long) slot * JournalSlot.BYTES, bytes);
        for (Trace trace : List.copyOf(traces.values())) {
            if (trace != writer && trace.orderSlots.remove(slot)) {
                dropIfGone(trace);
            }
        }
    }

    /** A slot to write to: a free one, else one of an order that is no longer in force. */
    private int take() throws IOException {
        Integer unused = free.pollFirst();
        if (unused != null) {
            return unused;
        }
        Set<Integer> needed = new HashSet<>();
        for (Trace trace : traces.values()) {
            needed.addAll(trace.resumeSlots);
            if (!trace.resumed) {
                needed.addAll(trace.orderSlots);
            }
        }
        return traces.values().stream()
                .filter(trace -> trace.resumed)
                .flatMap(trace -> trace.orderSlots.stream())
                .filter(slot -> !needed.contains(slot))
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new IOException("the stop journal is full"));
    }

    private void dropIfGone(Trace trace) {
        if (trace.orderSlots.isEmpty()) {
            free.addAll(trace.resumeSlots);
            trace.resumeSlots.clear();
            traces.values().remove(trace);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
