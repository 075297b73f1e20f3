package rein.server.api;

import java.util.Map;

/**
 * Free text of a run's records.
 *
 * @param texts by the record's id
 * @param unreadable records whose text is gone: shredded, or past its days
 * @param more whether the run has more records than one reading gives
 */
public record ContentView(Map<String, Map<String, String>> texts, long unreadable, boolean more) {
    public ContentView {
        texts = Map.copyOf(texts);
    }
}
