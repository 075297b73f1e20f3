package rein.audit;

import java.util.concurrent.CopyOnWriteArrayList;
import rein.vocabulary.Entry;

/** Those who follow a log. Safe for any thread. */
final class Subscribers {
    /** Readers that may subscribe at once: detectors, the live feed of each open console. */
    static final int SUBSCRIPTIONS_MAX = 256;

    private final CopyOnWriteArrayList<Subscription> readers = new CopyOnWriteArrayList<>();

    Subscription subscribe(int capacityRecords) throws AuditException {
        if (readers.size() >= SUBSCRIPTIONS_MAX) {
            throw new AuditException(
                    AuditException.Code.TOO_MANY,
                    SUBSCRIPTIONS_MAX + " readers follow this log. End one of them.");
        }
        Subscription subscription = new Subscription(capacityRecords, readers::remove);
        readers.add(subscription);
        return subscription;
    }

    void offer(Entry entry) {
        for (Subscription reader : readers) {
            reader.offer(entry);
        }
    }

    void end() {
        readers.forEach(Subscription::end);
        readers.clear();
    }
}
