package rein.detect;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import rein.vocabulary.Severity;

/**
 * A rule that matched: a finding before it is compared with earlier ones and gets its id.
 *
 * @param goal what the run was after; of matches with the same rule and goal only one is a finding
 *     within a window
 * @param sentence begins with a verb in the past ("Tried to …") and ends with a full stop, so that
 *     it stands alone and also after "Agent coder, run 7f3a1b2c, "
 * @param evidence oldest first, at most {@link #EVIDENCE_MAX}
 */
public record Match(
        Rule rule,
        String goal,
        String sentence,
        Severity severity,
        boolean suspends,
        List<Evidence> evidence) {
    /** Enough to show the pattern: the rest is in the log, between the first and the last. */
    public static final int EVIDENCE_MAX = 16;

    public Match {
        if (evidence.isEmpty() || !sentence.endsWith(".")) {
            throw new IllegalArgumentException(
                    rule.id() + " needs evidence and a whole sentence: '" + sentence + "'");
        }
        List<Evidence> sorted =
                evidence.stream()
                        .distinct()
                        .sorted(Comparator.comparingLong(Evidence::nanos))
                        .toList();
        // The oldest show how it began, the newest is what completed the match.
        evidence =
                sorted.size() <= EVIDENCE_MAX
                        ? sorted
                        : Stream.concat(
                                        sorted.stream().limit(EVIDENCE_MAX - 1L),
                                        Stream.of(sorted.getLast()))
                                .toList();
    }

    /** A match that is recorded and reported, and stops nothing. */
    static Match of(
            Rule rule, String goal, String sentence, Severity severity, List<Evidence> evidence) {
        return new Match(rule, goal, sentence, severity, false, evidence);
    }

    /** A match for which the run is suspended. */
    static Match suspending(Rule rule, String goal, String sentence, List<Evidence> evidence) {
        return new Match(rule, goal, sentence, Severity.HIGH, true, evidence);
    }
}
