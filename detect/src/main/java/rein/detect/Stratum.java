package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.util.List;
import rein.detect.Observation.Connection;

/**
 * The miners' protocol, known by the first bytes on any port: <b>stratum</b>, suspends. Where a
 * policy permits Stratum by name nobody is surprised, and nothing is found.
 */
final class Stratum implements Detector<Stratum.State> {
    static final Rule RULE =
            Rule.of(
                    "stratum",
                    attack("T1496"),
                    attack("T1496.001"),
                    atlas("AML.T0034.002"),
                    asi("ASI02"),
                    asi("ASI10"));

    /** One record says it all. */
    record State() {}

    @Override
    public State start() {
        return new State();
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (seen instanceof Connection connection
                && connection.protocol().equals("stratum")
                && connection.refused()) {
            return Step.of(
                    state,
                    Match.suspending(
                            RULE,
                            connection.target(),
                            "Tried to reach a mining pool at "
                                    + connection.target()
                                    + " (Stratum protocol).",
                            List.of(connection.evidence())));
        }
        return Step.quiet(state);
    }
}
