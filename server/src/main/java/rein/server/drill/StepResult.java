package rein.server.drill;

import java.util.Optional;

/**
 * What became of a step.
 *
 * @param outcome held, failed, or could-not-tell when the control did not work
 * @param control what happened without Rein
 * @param contained what happened with Rein
 * @param peerBytes what the peer received under Rein; must be 0
 * @param record the address of the record that proves it, {@code log@index}
 * @param reason the denial's reason, as the agent read it
 */
record StepResult(
        String id,
        String title,
        Outcome outcome,
        String control,
        String contained,
        long controlContacts,
        long peerContacts,
        long peerBytes,
        Optional<String> record,
        Optional<String> reason) {
    enum Outcome {
        HELD,
        FAILED,
        COULD_NOT_TELL
    }
}
