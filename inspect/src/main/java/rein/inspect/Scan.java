package rein.inspect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a scan found, in the order of the text; of matches that overlap, the most certain one.
 *
 * @param bytes how many were looked at
 * @param unfinished rules that were not tried at every place, because there were too many: nothing
 *     found by them is not the same as nothing there
 */
public record Scan(List<Match> matches, long bytes, SortedSet<String> unfinished) {
    public Scan {
        matches = List.copyOf(matches);
        unfinished = Collections.unmodifiableSortedSet(new TreeSet<>(unfinished));
    }

    public boolean isClean() {
        return matches.isEmpty();
    }

    /** Of those that overlap one stays: the most certain, the gravest, the longest, the first. */
    static List<Match> settled(List<Match> all) {
        List<Match> best = new ArrayList<>(all);
        best.sort(
                Comparator.comparingDouble(Match::confidence)
                        .thenComparing(Match::severity)
                        .thenComparingLong(match -> match.end() - match.start())
                        .reversed()
                        .thenComparingLong(Match::start)
                        .thenComparing(Match::rule)
                        .thenComparingInt(match -> match.views().size()));
        TreeMap<Long, Match> kept = new TreeMap<>();
        for (Match match : best) {
            Map.@Nullable Entry<Long, Match> before = kept.lowerEntry(match.end());
            if (before == null || before.getValue().end() <= match.start()) {
                kept.put(match.start(), match);
            }
        }
        return List.copyOf(kept.values());
    }
}
