package rein.vocabulary;

/**
 * Where a record lies.
 *
 * @param log the log's origin, {@code <trust-domain>/<node>}
 * @param index of the leaf, from 0
 */
public record LogAddress(String log, long index) {
    @Override
    public String toString() {
        return log + "@" + index;
    }
}
