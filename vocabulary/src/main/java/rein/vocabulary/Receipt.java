package rein.vocabulary;

import static java.util.Collections.unmodifiableSortedMap;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of a stop order.
 *
 * @param confirmed enforcement point → what it cut; an empty set means it had nothing to cut
 * @param unconfirmed enforcement points that are registered and did not answer in time or failed,
 *     with the reason
 * @param signature base64 Ed25519 over the receipt's JSON without this member
 */
public record Receipt(
        StopOrder order,
        SortedMap<String, Set<Cut>> confirmed,
        SortedMap<String, String> unconfirmed,
        long elapsedMicros,
        boolean recordedLate,
        String keyId,
        String signature) {
    public Receipt {
        TreeMap<String, Set<Cut>> copy = new TreeMap<>();
        for (Map.Entry<String, Set<Cut>> entry : confirmed.entrySet()) {
            copy.put(entry.getKey(), Set.copyOf(entry.getValue()));
        }
        confirmed = unmodifiableSortedMap(copy);
        unconfirmed = unmodifiableSortedMap(new TreeMap<>(unconfirmed));
    }

    public boolean complete() {
        return unconfirmed.isEmpty()
                && confirmed.values().stream()
                        .flatMap(Set::stream)
                        .allMatch(cut -> cut.left() == 0);
    }

    /** Every cut, in the order of the enforcement points' names. */
    public List<Cut> cuts() {
        return confirmed.values().stream().flatMap(Set::stream).toList();
    }
}
