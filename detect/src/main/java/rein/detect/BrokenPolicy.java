package rein.detect;

import java.util.List;
import java.util.Optional;
import rein.detect.Observation.Connection;
import rein.vocabulary.Reason;
import rein.vocabulary.Severity;

/**
 * A decision that could not rest on a policy, because the policy failed: <b>policy-error</b>,
 * medium. What it would have forbidden was denied, what it would have permitted was not; either
 * way, whoever wrote it should know. It says nothing of the run, so it carries no technique.
 */
final class BrokenPolicy implements Detector<BrokenPolicy.State> {
    static final Rule RULE = Rule.of("policy-error");

    record State() {}

    @Override
    public State start() {
        return new State();
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Connection connection)) {
            return Step.quiet(state);
        }
        Optional<Reason> error =
                connection.decision().reasons().stream()
                        .filter(reason -> reason.code().equals(RULE.id()))
                        .findFirst();
        if (error.isEmpty()) {
            return Step.quiet(state);
        }
        // One finding for each policy that fails, not for each host that meets it.
        String policy =
                connection.decision().policies().isEmpty()
                        ? Plain.text(error.get().text(), Plain.HOST_CHARS_MAX)
                        : String.join(", ", connection.decision().policies());
        return Step.of(
                state,
                Match.of(
                        RULE,
                        policy,
                        "Met a policy that could not be evaluated on the way to "
                                + connection.target()
                                + ".",
                        Severity.MEDIUM,
                        List.of(connection.evidence())));
    }
}
