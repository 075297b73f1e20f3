package rein.policy;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Remembers what can be computed again. When it is full it forgets everything: that costs a few
 * milliseconds of compiling, and needs no bookkeeping on the way of every request. Safe for any
 * thread; two threads may compute the same value once each.
 */
final class BoundedCache<K, V> {
    private final int entriesMax;
    private final ConcurrentHashMap<K, V> entries = new ConcurrentHashMap<>();

    BoundedCache(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    V get(K key, Function<K, V> compute) {
        V known = entries.get(key);
        if (known != null) {
            return known;
        }
        V computed = compute.apply(key);
        put(key, computed);
        return computed;
    }

    void put(K key, V value) {
        if (entries.size() >= entriesMax) {
            entries.clear();
        }
        entries.put(key, value);
    }

    int size() {
        return entries.size();
    }
}
