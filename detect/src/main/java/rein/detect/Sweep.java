package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rein.detect.Observation.Connection;
import rein.vocabulary.Severity;

/**
 * Many denied destinations within a minute: <b>sweep</b>, high, does not suspend by itself (all of
 * it was denied, and the door answers every probe alike, so that it learns nothing).
 *
 * <p>A destination by name on port 80 or 443 does not count as one: a single web page refers to
 * dozens of hosts. The ports of one host count however it is called.
 */
final class Sweep implements Detector<Sweep.State> {
    static final Rule RULE =
            Rule.of(
                    "sweep",
                    attack("T1046"),
                    attack("T1018"),
                    atlas("AML.T0084"),
                    asi("ASI02"),
                    asi("ASI05"));

    static final Duration SPAN = Duration.ofMinutes(1);

    /**
     * A client tries two or three ports of a host, a browser up to five; a scan of the well-known
     * ones has hundreds. 15 lies between them and is what containment tests use.
     */
    static final int PORTS_MIN = 15;

    /**
     * A /28 has 14 hosts, and this must see the sweep of one even with two probes lost. The bare
     * addresses that a cloud client tries at its start are four or five.
     */
    static final int HOSTS_MIN = 12;

    /** Holds both limits many times over; a faster sweep only makes the window shorter. */
    private static final int PROBES_MAX = 128;

    record Probe(Evidence evidence, String host, int port, boolean asHost) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    record State(Window<Probe> probes) {}

    @Override
    public State start() {
        return new State(Window.of(SPAN, PROBES_MAX));
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Connection connection) || !connection.denied()) {
            return Step.quiet(state);
        }
        boolean webByName =
                connection.named() && (connection.port() == 80 || connection.port() == 443);
        Probe probe =
                new Probe(connection.evidence(), connection.host(), connection.port(), !webByName);
        if (state.probes.items().stream().anyMatch(old -> isSame(old, probe))) {
            return Step.quiet(new State(renewed(state.probes, probe)));
        }
        State next = new State(state.probes.with(probe));
        return new Step<>(next, judge(next.probes.upTo(next.probes.newestNanos()), probe));
    }

    private static boolean isSame(Probe one, Probe other) {
        return one.port == other.port && one.host.equals(other.host);
    }

    /** A repeated probe takes the place of the earlier one: only distinct ones are kept. */
    private static Window<Probe> renewed(Window<Probe> probes, Probe probe) {
        List<Probe> others = probes.items().stream().filter(old -> !isSame(old, probe)).toList();
        return new Window<>(others, probes.newestNanos(), probes.spanNanos(), probes.max())
                .with(probe);
    }

    private static List<Match> judge(List<Probe> probes, Probe latest) {
        List<Match> matches = new ArrayList<>();
        List<Evidence> ports = new ArrayList<>();
        Map<String, Evidence> hosts = new LinkedHashMap<>();
        for (Probe probe : probes) {
            if (probe.host.equals(latest.host)) {
                ports.add(probe.evidence);
            }
            if (probe.asHost) {
                hosts.putIfAbsent(probe.host, probe.evidence);
            }
        }
        if (ports.size() >= PORTS_MIN) {
            matches.add(
                    sweep("ports of " + latest.host, ports.size() + " ports of one host", ports));
        }
        if (hosts.size() >= HOSTS_MIN) {
            matches.add(sweep("hosts", hosts.size() + " hosts", new ArrayList<>(hosts.values())));
        }
        return matches;
    }

    private static Match sweep(String goal, String what, List<Evidence> evidence) {
        return Match.of(
                RULE,
                goal,
                "Probed " + what + " within a minute; every probe was denied.",
                Severity.HIGH,
                evidence);
    }
}
