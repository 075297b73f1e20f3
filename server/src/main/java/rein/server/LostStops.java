package rein.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.respond.ScopeName;
import rein.respond.Stops;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.StopOrder;

/**
 * Orders again what the audit log says is stopped and the stop journal no longer knows: a journal
 * that was lost or damaged must not lift a stop. Of orders for one run only those count whose run
 * was handed over, since no other survives a start.
 */
final class LostStops {
    private static final int PAGE_RECORDS = 1_000;

    private LostStops() {}

    /** Returns how many were ordered again. Called at start, before anything can run. */
    static int reinstate(Stops stops, AuditLog control, Set<UUID> handedOver)
            throws AuditException, RecordRefusedException {
        Set<String> known =
                stops.inForce().stream()
                        .map(order -> order.id().toString())
                        .collect(Collectors.toSet());
        int reinstated = 0;
        for (Map.Entry<String, StoredRecord> lost :
                inForce(control.reader(), handedOver).entrySet()) {
            if (known.contains(lost.getKey())) {
                continue;
            }
            Map<String, String> said = lost.getValue().texts("detail");
            StopOrder order =
                    stops.issue(
                                    new ScopeName(
                                                    said.getOrDefault("scope", ""),
                                                    said.getOrDefault("scope-name", ""))
                                            .scope(),
                                    StopOrder.Mode.valueOf(
                                            said.getOrDefault("mode", "suspend")
                                                    .toUpperCase(java.util.Locale.ROOT)),
                                    "in force by the audit log, but missing from the stop journal",
                                    "rein:start",
                                    lost.getValue().id())
                            .order();
            // The old order ends in the log, so that resuming the new one is enough.
            control.append(
                    Draft.of(Kind.RESUMED)
                            .detail("order", lost.getKey())
                            .detail("resumed-by", "rein:start")
                            .detail("replaced-by", order.id().toString())
                            .build());
            reinstated++;
        }
        return reinstated;
    }

    private static Map<String, StoredRecord> inForce(LogReader reader, Set<UUID> handedOver)
            throws AuditException {
        Set<String> runs = handedOver.stream().map(UUID::toString).collect(Collectors.toSet());
        Map<String, StoredRecord> orders = new LinkedHashMap<>();
        long next = 0;
        boolean end = false;
        while (!end) {
            LogReader.Page page = reader.oldestFirst(next, PAGE_RECORDS, LostStops::isAboutStops);
            for (StoredRecord record : page.records()) {
                Optional<String> order = Optional.ofNullable(record.texts("detail").get("order"));
                if (order.isEmpty()) {
                    continue;
                }
                if (record.kind().equals(Kind.RESUMED.label())) {
                    orders.remove(order.get());
                } else if (!"run".equals(record.texts("detail").get("scope"))
                        || runs.contains(record.texts("detail").get("scope-name"))) {
                    orders.put(order.get(), record);
                }
            }
            next = page.next();
            end = page.end();
        }
        return orders;
    }

    private static boolean isAboutStops(StoredRecord record) {
        return record.kind().equals(Kind.STOP_ORDERED.label())
                || record.kind().equals(Kind.RESUMED.label());
    }
}
