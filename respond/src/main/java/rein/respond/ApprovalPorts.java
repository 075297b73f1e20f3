package rein.respond;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Recorder;
import rein.vocabulary.Run;

/**
 * What approvals need of others.
 *
 * @param isLive whether a run goes on
 * @param permits makes the policy of a grant
 * @param granted told of each grant once it is in force
 * @param ended called after grants ended: cuts what was open under them
 */
public record ApprovalPorts(
        Recorder recorder,
        LateRecords late,
        Function<UUID, Optional<Run>> runs,
        Predicate<UUID> isLive,
        Permits permits,
        Consumer<Grant> granted,
        Runnable ended) {
    /** Makes the permit. */
    @FunctionalInterface
    public interface Permits {
        /**
         * The permit of a grant.
         *
         * @param name unique among the grants in force
         * @param reason one sentence
         */
        PolicyText of(String name, Denial denial, Terms terms, String reason);
    }
}
