package rein.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import rein.vocabulary.LogAddress;

/**
 * Reads the records of a log by index, oldest or newest first, while it is written or at rest. It
 * trusts what is stored; {@link rein.audit.verify} does not. Safe for any thread.
 */
public final class LogReader {
    /** Records one call looks at before it hands back what it has: about 0.3 s of work. */
    public static final int SCAN_RECORDS_MAX = 65_536;

    private final String origin;
    private final Entries entries;

    /**
     * Some records, and where to go on.
     *
     * @param next give it to the same method for more: an index from which on ({@code oldestFirst})
     *     or below which ({@code newestFirst}) nothing was looked at yet
     * @param end whether nothing is left to look at, for now
     */
    public record Page(List<StoredRecord> records, long next, boolean end) {
        public Page {
            records = List.copyOf(records);
        }
    }

    public LogReader(Path folder, String origin) {
        this(folder, origin, new RealFiles());
    }

    LogReader(Path folder, String origin, LogFiles files) {
        this.origin = origin;
        this.entries = new Entries(folder, files);
    }

    /** How many records the log holds now. */
    public long size() throws AuditException {
        try {
            return entries.size();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    public Optional<StoredRecord> at(long index) throws AuditException {
        List<StoredRecord> found = oldestFirst(index, 1, record -> true).records();
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    /**
     * At most {@code limit} wanted records from this index on; follows a growing log when called
     * again with {@link Page#next}.
     */
    public Page oldestFirst(long from, int limit, Predicate<StoredRecord> wanted)
            throws AuditException {
        List<StoredRecord> found = new ArrayList<>();
        long index = from;
        try {
            while (found.size() < limit && index - from < SCAN_RECORDS_MAX) {
                List<byte[]> bundle = entries.bundle(index / TilePath.WIDTH);
                int at = (int) (index % TilePath.WIDTH);
                if (at >= bundle.size()) {
                    return new Page(found, index, true);
                }
                for (; at < bundle.size() && found.size() < limit; at++, index++) {
                    keep(index, bundle.get(at), wanted, found);
                }
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        return new Page(found, index, false);
    }

    /** At most {@code limit} wanted records below this index, newest first. */
    public Page newestFirst(long before, int limit, Predicate<StoredRecord> wanted)
            throws AuditException {
        List<StoredRecord> found = new ArrayList<>();
        try {
            long from = Math.min(before, entries.size());
            long index = from;
            while (index > 0 && found.size() < limit && from - index < SCAN_RECORDS_MAX) {
                long number = (index - 1) / TilePath.WIDTH;
                List<byte[]> bundle = entries.bundle(number);
                long first = number * TilePath.WIDTH;
                while (index > first && found.size() < limit) {
                    index--;
                    keep(index, bundle.get((int) (index - first)), wanted, found);
                }
            }
            return new Page(found, index, index == 0);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void keep(
            long index, byte[] bytes, Predicate<StoredRecord> wanted, List<StoredRecord> found)
            throws AuditException {
        StoredRecord record;
        try {
            record = new StoredRecord(new LogAddress(origin, index), bytes);
        } catch (IllegalArgumentException e) {
            throw new AuditException(
                    AuditException.Code.DAMAGED,
                    "Record " + index + " of " + origin + " is not JSON: run audit verify.",
                    e);
        }
        if (wanted.test(record)) {
            found.add(record);
        }
    }

    private AuditException unreadable(IOException e) {
        return new AuditException(
                AuditException.Code.IO,
                "The log " + origin + " cannot be read: " + e.getMessage() + ". Run audit verify.",
                e);
    }
}
