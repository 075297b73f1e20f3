package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import rein.detect.Observation.Connection;
import rein.detect.Observation.Execution;
import rein.vocabulary.Severity;

/**
 * A run that reaches for what holds it: <b>supervisor-tampering</b>. The door refuses Rein's own
 * ports with reason {@code own-port}; what that means depends on the port and on what was said.
 *
 * <ul>
 *   <li>Suspends: the client spoke to a management port, and a command of the run names that port
 *       ({@code curl http://10.0.0.5:7400/v1/stops}) or is {@code rein} itself, within {@link
 *       #NEAR}; or it spoke to a management port {@link #SPOKEN_MIN} times within {@link #SPAN}.
 *   <li>Medium: it spoke to a management port, once or twice. A wrong setting does that.
 *   <li>Low: it only opened a connection there, or came to a door from the wrong side. Programs
 *       look for a free port that way, and telemetry exporters try 4317 and 4318 for ever.
 * </ul>
 */
final class SupervisorTampering implements Detector<SupervisorTampering.State> {
    static final Rule RULE =
            Rule.of("supervisor-tampering", attack("T1685"), atlas("AML.T0107"), asi("ASI10"));

    static final Duration NEAR = Duration.ofSeconds(10);
    static final Duration SPAN = Duration.ofMinutes(10);
    static final int SPOKEN_MIN = 3;

    /** Commands that name a management port within {@link #NEAR}. */
    private static final int COMMANDS_MAX = 16;

    record Spoken(Evidence evidence, int port) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    record Named(Evidence evidence, Set<Integer> ports) implements Window.Timed {
        public Named {
            ports = Set.copyOf(ports);
        }

        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    record State(Window<Spoken> spoken, Window<Named> named) {}

    private final Set<Integer> managementPorts;

    /**
     * @param managementPorts where the management API and the console are served; not the doors
     */
    SupervisorTampering(Set<Integer> managementPorts) {
        this.managementPorts = Set.copyOf(managementPorts);
    }

    @Override
    public State start() {
        return new State(Window.of(SPAN, SPOKEN_MIN), Window.of(NEAR, COMMANDS_MAX));
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (seen instanceof Connection connection && connection.deniedFor(Observation.OWN_PORT)) {
            return connected(state, connection);
        }
        if (seen instanceof Execution exec) {
            return executed(state, exec);
        }
        return Step.quiet(state);
    }

    private Step<State> connected(State state, Connection connection) {
        List<Evidence> one = List.of(connection.evidence());
        if (!managementPorts.contains(connection.port()) || !connection.spoke()) {
            return Step.of(
                    state,
                    Match.of(
                            RULE,
                            "own-listener",
                            "Opened a connection to one of Rein's own ports ("
                                    + connection.port()
                                    + ").",
                            Severity.LOW,
                            one));
        }
        Spoken spoken = new Spoken(connection.evidence(), connection.port());
        State next = new State(state.spoken.with(spoken), state.named);
        List<Evidence> commands =
                state.named.around(spoken.nanos()).stream()
                        .filter(named -> named.ports.contains(spoken.port))
                        .map(Named::evidence)
                        .toList();
        List<Evidence> all =
                next.spoken.upTo(next.spoken.newestNanos()).stream().map(Spoken::evidence).toList();
        if (!commands.isEmpty()) {
            List<Evidence> both = new ArrayList<>(commands);
            both.addAll(one);
            return Step.of(next, tampering(spoken.port, both));
        }
        return all.size() >= SPOKEN_MIN
                ? Step.of(next, tampering(spoken.port, all))
                : Step.of(
                        next,
                        Match.of(
                                RULE,
                                "management",
                                "Spoke to Rein's management port (" + spoken.port + ").",
                                Severity.MEDIUM,
                                one));
    }

    private Step<State> executed(State state, Execution exec) {
        Set<Integer> ports = named(exec);
        if (ports.isEmpty()) {
            return Step.quiet(state);
        }
        Named named = new Named(exec.evidence(), ports);
        return new Step<>(
                new State(state.spoken, state.named.with(named)),
                state.spoken.items().stream()
                        .filter(spoken ->
                                ports.contains(spoken.port)
                                        && Math.abs(spoken.nanos() - named.nanos())
                                                <= NEAR.toNanos())
                        .map(spoken ->
                                tampering(spoken.port, List.of(named.evidence, spoken.evidence)))
                        .toList());
    }

    /** The management ports that this command names; all of them, if it is {@code rein} itself. */
    private Set<Integer> named(Execution exec) {
        if (exec.program().equals("rein")) {
            return managementPorts;
        }
        Set<Integer> ports = new TreeSet<>();
        for (int port : managementPorts) {
            String colon = ":" + port;
            String bare = Integer.toString(port);
            for (String argument : exec.arguments()) {
                int at = argument.indexOf(colon);
                boolean ends =
                        at >= 0
                                && (at + colon.length() == argument.length()
                                        || !Character.isDigit(
                                                argument.charAt(at + colon.length())));
                if (ends || argument.equals(bare)) {
                    ports.add(port);
                }
            }
        }
        return ports;
    }

    private static Match tampering(int port, List<Evidence> evidence) {
        return Match.suspending(
                RULE,
                "management",
                "Tried to use Rein's own management interface (port " + port + ").",
                evidence);
    }
}
