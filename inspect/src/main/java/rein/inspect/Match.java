package rein.inspect;

import java.util.List;
import rein.inspect.rule.DataClass;
import rein.vocabulary.Severity;

/**
 * One thing that was found. It does not hold the value.
 *
 * @param rule the rule's id
 * @param confidence from 0 to 1
 * @param start the value's first byte in what was scanned, and {@code end} the one after its last;
 *     for something inside an encoding, all of what is encoded
 * @param views what had to be undone to see it, outermost first: {@code base64}, {@code escapes}
 * @param evidence what a person may see of it
 */
public record Match(
        String rule,
        DataClass dataClass,
        Severity severity,
        double confidence,
        long start,
        long end,
        List<String> views,
        String evidence) {
    public Match {
        views = List.copyOf(views);
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("from " + start + " to " + end);
        }
    }

    Match moved(long by) {
        return new Match(
                rule, dataClass, severity, confidence, start + by, end + by, views, evidence);
    }
}
