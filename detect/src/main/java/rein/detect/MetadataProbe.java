package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import rein.detect.Observation.Connection;
import rein.vocabulary.Severity;

/**
 * A denied connection to a cloud's metadata service: <b>metadata-probe</b>, low for one, medium
 * when repeated. Never suspends, since cloud clients ask there at every start.
 */
final class MetadataProbe implements Detector<MetadataProbe.State> {
    static final Rule RULE =
            Rule.of(
                    "metadata-probe",
                    attack("T1552.005"),
                    atlas("AML.T0055"),
                    atlas("AML.T0098"),
                    asi("ASI03"));

    static final Duration SPAN = Duration.ofMinutes(10);

    /** One cloud client tries about three times at its start; this is beyond two of them. */
    static final int REPEATED_MIN = 7;

    private static final Set<String> KNOWN =
            Set.of(
                    "169.254.169.254",
                    "169.254.170.2",
                    "169.254.170.23",
                    "fd00:ec2::254",
                    "100.100.100.200",
                    "168.63.129.16",
                    "metadata",
                    "metadata.google.internal",
                    "instance-data",
                    "instance-data.ec2.internal");

    record State(Window<Evidence> probes) {}

    @Override
    public State start() {
        return new State(Window.of(SPAN, REPEATED_MIN));
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Connection connection)
                || !connection.denied()
                || !isMetadata(connection)) {
            return Step.quiet(state);
        }
        State next = new State(state.probes.with(connection.evidence()));
        List<Evidence> recent = next.probes.upTo(next.probes.newestNanos());
        boolean repeated = recent.size() >= REPEATED_MIN;
        return Step.of(
                next,
                Match.of(
                        RULE,
                        "metadata",
                        repeated
                                ? "Asked the cloud's metadata service for credentials again and"
                                        + " again; every request was denied."
                                : "Tried to reach the cloud's metadata service at "
                                        + connection.target()
                                        + ".",
                        repeated ? Severity.MEDIUM : Severity.LOW,
                        repeated ? recent : List.of(connection.evidence())));
    }

    static boolean isMetadata(Connection connection) {
        return connection.addressClass().equals("metadata")
                || Stream.concat(Stream.of(connection.host()), connection.address().stream())
                        .anyMatch(KNOWN::contains);
    }
}
