package rein.vocabulary;

import static java.util.Collections.unmodifiableSortedMap;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One execution of an agent: a session, a rollout, a process tree.
 *
 * @param parent the run that spawned this one
 * @param labels given by the operator; on every record of the run; at most 32
 */
public record Run(
        UUID id,
        Optional<UUID> parent,
        Agent agent,
        String node,
        Level level,
        SortedMap<String, String> labels,
        Instant started) {
    public static final int LABELS_MAX = 32;
    public static final int LABEL_CHARS_MAX = 128;

    public Run {
        labels = unmodifiableSortedMap(new TreeMap<>(labels));
        if (labels.size() > LABELS_MAX) {
            throw new IllegalArgumentException(labels.size() + " labels; at most " + LABELS_MAX);
        }
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (label.getKey().length() > LABEL_CHARS_MAX
                    || label.getValue().length() > LABEL_CHARS_MAX) {
                throw new IllegalArgumentException(
                        "label '"
                                + label.getKey()
                                + "' is longer than "
                                + LABEL_CHARS_MAX
                                + " characters");
            }
        }
    }

    /** What people type to name this run. */
    public String shortId() {
        return Uuid7.shortForm(id);
    }
}
