package rein.gateway;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import rein.vocabulary.Value;

/**
 * What a run did so far, as policies may ask for it under {@code context.run}: counts in windows,
 * what it has reached before, what is open now. Used under the lock of {@link RunLedger}, which
 * holds the whole counts and the taints.
 */
final class History {
    /** The member of the context. */
    static final String MEMBER = "run";

    /** Hosts and programs remembered; whatever comes after so many counts as new every time. */
    static final int SEEN_MAX = 4_096;

    /** From a counter of the ledger to the member that policies read. */
    private static final Map<String, String> COUNTED = counted();

    private static Map<String, String> counted() {
        Map<String, String> counted = new LinkedHashMap<>();
        counted.put(RunLedger.DECISIONS, "decisions");
        counted.put(RunLedger.DENIALS, "denials");
        counted.put(RunLedger.DENIED_GOALS, "deniedHosts");
        counted.put(RunLedger.SENT_BYTES, "sentBytes");
        counted.put(RunLedger.RECEIVED_BYTES, "receivedBytes");
        counted.put(RunLedger.APPROVALS, "approvals");
        counted.put(RunLedger.NEW_BINARIES, "newBinaries");
        return Collections.unmodifiableMap(counted);
    }

    /**
     * All of it, to be given from one node to the next. What is open is not: connections do not
     * outlive their node.
     *
     * @param windows by the name of the ledger's counter
     */
    public record Copy(
            SortedMap<String, MinuteCounts.Copy> windows,
            SortedSet<String> hosts,
            SortedSet<String> binaries) {
        public Copy {
            windows = Collections.unmodifiableSortedMap(new TreeMap<>(windows));
            hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
            binaries = Collections.unmodifiableSortedSet(new TreeSet<>(binaries));
            if (!COUNTED.keySet().containsAll(windows.keySet())
                    || hosts.size() > SEEN_MAX
                    || binaries.size() > SEEN_MAX) {
                throw new IllegalArgumentException("more than a history holds");
            }
        }
    }

    private final Map<String, MinuteCounts> windows = new HashMap<>();
    private final Set<String> hosts;
    private final Set<String> binaries;
    private long open;

    History() {
        hosts = new TreeSet<>();
        binaries = new TreeSet<>();
        COUNTED.keySet().forEach(counter -> windows.put(counter, new MinuteCounts()));
    }

    History(Copy copy) {
        this();
        hosts.addAll(copy.hosts());
        binaries.addAll(copy.binaries());
        copy.windows().forEach((counter, counts) -> windows.put(counter, new MinuteCounts(counts)));
    }

    Copy copy() {
        SortedMap<String, MinuteCounts.Copy> copies = new TreeMap<>();
        windows.forEach((counter, counts) -> copies.put(counter, counts.copy()));
        return new Copy(copies, new TreeSet<>(hosts), new TreeSet<>(binaries));
    }

    /** Counts into the windows what is also counted as a whole. */
    void counted(String counter, long minute, long more) {
        MinuteCounts counts = windows.get(counter);
        if (counts != null) {
            counts.add(minute, more);
        }
    }

    void reached(String host) {
        if (hosts.size() < SEEN_MAX) {
            hosts.add(host);
        }
    }

    /** Whether this program is executed for the first time. */
    boolean isNew(String binary) {
        return binaries.size() < SEEN_MAX ? binaries.add(binary) : !binaries.contains(binary);
    }

    void opened(int connections) {
        open += connections;
    }

    /** The facts as a policy reads them, for a request about this host. */
    Value facts(String host, Set<String> taints, Map<String, Long> counters, long minute) {
        Map<String, Value> members = new HashMap<>();
        windows.forEach((counter, counts) ->
                members.put(
                        COUNTED.getOrDefault(counter, counter),
                        count(counts, counters.getOrDefault(counter, 0L), minute)));
        members.put("newHost", Value.of(!hosts.contains(host)));
        members.put("openConnections", Value.of(open));
        members.put(
                "taints",
                new Value.SetOf(
                        taints.stream().map(Value::of).collect(Collectors.toUnmodifiableSet())));
        return new Value.Struct(members);
    }

    private static Value count(MinuteCounts counts, long all, long minute) {
        return new Value.Struct(
                Map.of(
                        "minute", Value.of(counts.sum(minute, 1)),
                        "tenMinutes", Value.of(counts.sum(minute, 10)),
                        "hour", Value.of(counts.sum(minute, MinuteCounts.MINUTES)),
                        "all", Value.of(all)));
    }
}
