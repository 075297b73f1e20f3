package rein.server.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The drill that runs, or the last one that ran.
 *
 * @param state idle, running or ended
 * @param titles what is tried, in order; steps are told as they end
 * @param exitCode 0 every step held, 1 something got through, 2 could not tell
 * @param message what the drill said when it could not be run
 */
public record DrillView(
        String state,
        Optional<String> person,
        Optional<Instant> started,
        List<String> titles,
        List<Step> steps,
        Optional<Summary> summary,
        Optional<Integer> exitCode,
        Optional<String> message) {
    public DrillView {
        titles = List.copyOf(titles);
        steps = List.copyOf(steps);
    }

    /**
     * One step: without Rein, then with it.
     *
     * @param outcome HELD, FAILED or COULD_NOT_TELL
     */
    public record Step(
            String id,
            String title,
            String outcome,
            String control,
            String contained,
            long controlContacts,
            long peerContacts,
            long peerBytes,
            Optional<String> record,
            Optional<String> reason) {}

    /** The whole. */
    public record Summary(
            List<Step> steps,
            Optional<Double> packetToSuspensionMillis,
            long processesLeft,
            Optional<String> incident,
            boolean auditVerified,
            List<String> audit,
            Again again,
            long elapsedMillis) {}

    /**
     * The drill's decisions, made again from their records.
     *
     * @param decided how many
     * @param changed how many came out otherwise than they were recorded
     * @param notReplayable cause to how many could not be made again
     */
    public record Again(long decided, long changed, Map<String, Long> notReplayable) {}
}
