package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.attack;

import java.util.List;
import java.util.Set;
import rein.detect.Observation.Connection;
import rein.vocabulary.Severity;

/**
 * A denied connection into a network that is not public: <b>private-address</b>, low. One is often
 * a left-over setting; many are a {@link Sweep}. Loopback does not count: a run's own services live
 * there.
 */
final class PrivateAddress implements Detector<PrivateAddress.State> {
    static final Rule RULE = Rule.of("private-address", attack("T1018"), asi("ASI02"));

    private static final Set<String> CLASSES =
            Set.of("private", "link-local", "unique-local", "cgnat", "multicast", "own");

    record State() {}

    @Override
    public State start() {
        return new State();
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (seen instanceof Connection connection
                && connection.denied()
                && CLASSES.contains(connection.addressClass())
                && !connection.deniedFor(Observation.OWN_PORT)
                && !MetadataProbe.isMetadata(connection)) {
            return Step.of(
                    state,
                    Match.of(
                            RULE,
                            connection.host(),
                            "Tried to reach "
                                    + connection.target()
                                    + ", which is not a public address.",
                            Severity.LOW,
                            List.of(connection.evidence())));
        }
        return Step.quiet(state);
    }
}
