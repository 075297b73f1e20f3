package rein.server.drill;

import java.util.List;
import java.util.Optional;
import rein.server.api.DrillView;

/**
 * The drill as a whole.
 *
 * @param packetToSuspensionMillis from the first forbidden packet of the whole story to the run
 *     being frozen
 * @param processesLeft of the run after its stop
 * @param incident its one sentence
 * @param audit what the verifier says of the logs
 * @param again its decisions, made again from their records
 */
record DrillReport(
        List<StepResult> steps,
        Optional<Double> packetToSuspensionMillis,
        long processesLeft,
        Optional<String> incident,
        boolean auditVerified,
        List<String> audit,
        DrillView.Again again,
        long elapsedMillis) {
    DrillReport {
        steps = List.copyOf(steps);
        audit = List.copyOf(audit);
    }

    /** 0 all held, 1 something got through, 2 could not tell. */
    int exitCode() {
        boolean failed =
                !auditVerified
                        || again.changed() != 0
                        || processesLeft != 0
                        || incident.isEmpty()
                        || steps.stream()
                                .anyMatch(step -> step.outcome() == StepResult.Outcome.FAILED);
        boolean open =
                steps.stream()
                        .anyMatch(step -> step.outcome() == StepResult.Outcome.COULD_NOT_TELL);
        return failed ? 1 : open ? 2 : 0;
    }
}
