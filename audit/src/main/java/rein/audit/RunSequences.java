package rein.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Counts the records of each run, from 1, without gaps. Used by the writer's thread only.
 *
 * <p>A run that is not in the map may have records from before this start, or from before it was
 * forgotten: the log is searched backwards, down to the time in the run's own id (UUIDv7), less a
 * slack. A run that began after the log was opened, while nothing was forgotten, needs no search.
 */
final class RunSequences {
    /** Runs remembered: several times the thousands that one node carries, about 6 MB. */
    static final int RUNS_MAX = 65_536;

    /** Clocks may step back: a record may look this much older than the run it belongs to. */
    private static final long SLACK_MILLIS = 3_600_000;

    private static final byte[] RUN = ascii("\"run\":\"");
    private static final byte[] SEQUENCE = ascii("\"run-seq\":");
    private static final byte[] HAPPENED = ascii("\"happened\":\"");

    private final Entries entries;
    private final long sizeAtOpen;
    private final long openedMillis;
    private boolean forgot;
    private final Map<UUID, Long> last =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<UUID, Long> eldest) {
                    forgot |= size() > RUNS_MAX;
                    return size() > RUNS_MAX;
                }
            };

    RunSequences(Entries entries, long sizeAtOpen, long openedMillis) {
        this.entries = entries;
        this.sizeAtOpen = sizeAtOpen;
        this.openedMillis = openedMillis;
    }

    /**
     * The next number of this run.
     *
     * @param size of the log so far, records of the batch at hand not counted
     */
    long next(UUID run, long size) throws IOException {
        Long known = last.get(run);
        long sequence = (known == null ? search(run, size) : known) + 1;
        last.put(run, sequence);
        return sequence;
    }

    /** Takes back the last number given: the record was refused. */
    void undo(UUID run) {
        last.computeIfPresent(run, (id, sequence) -> sequence - 1);
    }

    private long search(UUID run, long size) throws IOException {
        long began = run.version() == 7 ? run.getMostSignificantBits() >>> 16 : 0;
        long end = forgot ? size : sizeAtOpen;
        if (end == 0 || (!forgot && began > openedMillis + SLACK_MILLIS)) {
            return 0;
        }
        byte[] id = ascii(run.toString());
        String oldest =
                began == 0
                        ? ""
                        : RecordJson.rfc3339(
                                Instant.ofEpochMilli(Math.max(0, began - SLACK_MILLIS)));
        for (long number = (end - 1) / TilePath.WIDTH; number >= 0; number--) {
            List<byte[]> bundle = entries.bundle(number);
            for (int i = bundle.size() - 1; i >= 0; i--) {
                byte[] record = bundle.get(i);
                int at = find(record, RUN);
                int sequenceAt = find(record, SEQUENCE);
                // A record about a run, but not of it, names it in its detail: no number follows.
                if (at >= 0 && sequenceAt > at && matches(record, at, id)) {
                    long sequence = numberAt(record, sequenceAt);
                    if (sequence > 0) {
                        return sequence;
                    }
                }
            }
            if (!bundle.isEmpty() && olderThan(bundle.getFirst(), oldest)) {
                return 0;
            }
        }
        return 0;
    }

    private static boolean olderThan(byte[] record, String oldest) {
        int at = find(record, HAPPENED);
        return at >= 0
                && at + oldest.length() <= record.length
                && new String(record, at, oldest.length(), StandardCharsets.US_ASCII)
                                .compareTo(oldest)
                        < 0;
    }

    private static long numberAt(byte[] record, int at) {
        long value = 0;
        for (int i = at; i < record.length && record[i] >= '0' && record[i] <= '9'; i++) {
            value = value * 10 + record[i] - '0';
        }
        return value;
    }

    /**
     * Where the value of a member starts, or -1. The name with its quotes cannot stand inside a
     * value, whose quotes are escaped; a nested member of the same name comes later, since the run
     * is written before labels and details.
     */
    private static int find(byte[] record, byte[] name) {
        for (int i = 0; i + name.length <= record.length; i++) {
            if (record[i] == '"' && matches(record, i, name)) {
                return i + name.length;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] record, int at, byte[] wanted) {
        if (at + wanted.length > record.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (record[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
