package rein.detect;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import rein.vocabulary.Severity;

/**
 * Says which matches are news. Of one rule and goal there is one finding within {@link #SPAN},
 * unless a later match is worse. Not safe for threads: it belongs to one run's lock.
 */
final class Repeats {
    /** A second finding of the same within this time would tell nobody anything new. */
    static final Duration SPAN = Duration.ofMinutes(10);

    /** Of one rule within {@link #SPAN}: a sweep of addresses would fill an incident otherwise. */
    static final int PER_RULE_MAX = 20;

    /** Goals remembered of one run; what was found longest ago is forgotten first. */
    private static final int GOALS_MAX = 512;

    private record Key(String rule, String goal) {}

    private record Found(long nanos, Severity severity, boolean suspends) {
        boolean coversFor(Match match) {
            return severity.compareTo(match.severity()) >= 0 && (suspends || !match.suspends());
        }
    }

    private final Map<Key, Found> found = new LinkedHashMap<>();

    /** True if this is news; it is then remembered. */
    boolean isNew(Match match, long nanos) {
        found.values().removeIf(old -> nanos - old.nanos > SPAN.toNanos());
        Key key = new Key(match.rule().id(), match.goal());
        Found earlier = found.get(key);
        if (earlier == null) {
            long sameRule =
                    found.entrySet().stream()
                            .filter(old -> old.getKey().rule.equals(key.rule))
                            .filter(old -> old.getValue().coversFor(match))
                            .count();
            if (sameRule >= PER_RULE_MAX) {
                return false;
            }
        } else if (earlier.coversFor(match)) {
            return false;
        }
        if (found.size() >= GOALS_MAX) {
            found.remove(found.keySet().iterator().next());
        }
        found.put(key, new Found(nanos, match.severity(), match.suspends()));
        return true;
    }
}
