package rein.audit.verify;

/**
 * One thing that is wrong.
 *
 * @param where file under the log's folder, with entry and byte where known: {@code
 *     tile/entries/001 entry 300 byte 17231}
 * @param what one sentence
 */
public record Failure(String where, String what) {
    @Override
    public String toString() {
        return where + ": " + what;
    }
}
