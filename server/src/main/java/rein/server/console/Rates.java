package rein.server.console;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.server.api.RatesView;
import rein.vocabulary.Kind;

/**
 * Decisions per minute, counted from the logs as far as somebody asks: each call reads what was
 * written since the last one. Safe for any thread.
 */
final class Rates {
    private static final int MINUTES = 60;
    private static final long MINUTE_SECONDS = 60;

    /** Records read for one answer, about 0.3 s of work; what lies before is not counted. */
    private static final long CATCH_UP_RECORDS_MAX = LogReader.SCAN_RECORDS_MAX;

    private static final int PAGE_RECORDS = 4_096;

    private static final class Minute {
        private long allowed;
        private long denied;
        private final Map<String, Long> losses = new TreeMap<>();
    }

    private static final class Place {
        private final AuditLog log;
        private long next = -1;

        private Place(AuditLog log) {
            this.log = log;
        }
    }

    private final List<Place> places;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Minute> minutes = new TreeMap<>();
    private boolean skipped;

    Rates(List<AuditLog> logs, InstantSource clock) {
        this.places = logs.stream().map(Place::new).toList();
        this.clock = clock;
    }

    RatesView now() throws AuditException {
        lock.lock();
        try {
            long newest = minuteOf(clock.instant());
            long oldest = newest - (MINUTES - 1) * MINUTE_SECONDS;
            for (Place place : places) {
                catchUp(place, oldest);
            }
            minutes.headMap(oldest).clear();
            List<RatesView.Minute> shown = new ArrayList<>();
            Map<String, Long> losses = new TreeMap<>();
            for (long at = oldest; at <= newest; at += MINUTE_SECONDS) {
                Minute minute = minutes.getOrDefault(at, new Minute());
                shown.add(new RatesView.Minute(at, minute.allowed, minute.denied));
                minute.losses.forEach((name, count) -> losses.merge(name, count, Long::sum));
            }
            return new RatesView(shown, losses, !skipped);
        } finally {
            lock.unlock();
        }
    }

    private void catchUp(Place place, long oldest) throws AuditException {
        LogReader reader = place.log.reader();
        long size = reader.size();
        if (place.next < 0) {
            place.next = since(reader, size, oldest);
        }
        if (size - place.next > CATCH_UP_RECORDS_MAX) {
            place.next = size - CATCH_UP_RECORDS_MAX;
            skipped = true;
        }
        boolean end = false;
        while (!end) {
            LogReader.Page page = reader.oldestFirst(place.next, PAGE_RECORDS, Rates::counts);
            page.records().forEach(this::count);
            place.next = page.next();
            end = page.end() || place.next >= size;
        }
    }

    /** The first record that may belong to the hour: by halves, since records lie in time order. */
    private static long since(LogReader reader, long size, long oldest) throws AuditException {
        long low = 0;
        long high = size;
        while (low < high) {
            long middle = (low + high) >>> 1;
            boolean before =
                    reader.at(middle)
                            .flatMap(StoredRecord::happened)
                            .map(time -> time.getEpochSecond() < oldest)
                            .orElse(true);
            if (before) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static boolean counts(StoredRecord record) {
        return record.kind().equals(Kind.DECISION.label())
                || record.kind().equals(Kind.LOSS.label());
    }

    private void count(StoredRecord record) {
        long at = minuteOf(record.happened().orElse(Instant.EPOCH));
        Minute minute = minutes.computeIfAbsent(at, _ -> new Minute());
        if (record.kind().equals(Kind.LOSS.label())) {
            record.numbers("sizes")
                    .forEach((name, count) -> minute.losses.merge(name, count, Long::sum));
            return;
        }
        // A fold is one record of many equal denials.
        long times = record.numbers("sizes").getOrDefault("repeats", 1L);
        if (record.text("decision").orElse("").equals("allow")) {
            minute.allowed += times;
        } else {
            minute.denied += times;
        }
    }

    private static long minuteOf(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), MINUTE_SECONDS) * MINUTE_SECONDS;
    }
}
