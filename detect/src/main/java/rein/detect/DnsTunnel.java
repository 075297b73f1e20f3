package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.List;
import rein.detect.Observation.Lookup;
import rein.vocabulary.Severity;

/**
 * Many suspicious names below one domain within a minute: <b>dns-tunnel</b>, medium. No query is
 * ever forwarded, so nothing has left; the finding says what was meant. A long, random-looking name
 * now and then is what content networks have.
 */
final class DnsTunnel implements Detector<DnsTunnel.State> {
    static final Rule RULE =
            Rule.of("dns-tunnel", attack("T1071.004"), attack("T1572"), asi("ASI05"));

    static final Duration SPAN = Duration.ofMinutes(1);

    /** A page of a content network has one or two such names; a tunnel tries that in a second. */
    static final int NAMES_MIN = 8;

    private static final int NAMES_MAX = 64;

    record Asked(Evidence evidence, String name, String domain) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    record State(Window<Asked> asked) {}

    @Override
    public State start() {
        return new State(Window.of(SPAN, NAMES_MAX));
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Lookup lookup) || !lookup.suspicious() || lookup.name().isEmpty()) {
            return Step.quiet(state);
        }
        Asked asked = new Asked(lookup.evidence(), lookup.name(), domain(lookup.name()));
        if (state.asked.items().stream().anyMatch(old -> old.name.equals(asked.name))) {
            return Step.quiet(state);
        }
        State next = new State(state.asked.with(asked));
        List<Evidence> names =
                next.asked.upTo(next.asked.newestNanos()).stream()
                        .filter(old -> old.domain.equals(asked.domain))
                        .map(Asked::evidence)
                        .toList();
        return names.size() < NAMES_MIN
                ? Step.quiet(next)
                : Step.of(
                        next,
                        Match.of(
                                RULE,
                                asked.domain,
                                "Asked for many names below "
                                        + Plain.text(asked.domain, Plain.HOST_CHARS_MAX)
                                        + " that look like data in disguise.",
                                Severity.MEDIUM,
                                names));
    }

    /** The last two labels: without a list of public suffixes the best that can be said. */
    private static String domain(String name) {
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        int last = bare.lastIndexOf('.');
        int before = last > 0 ? bare.lastIndexOf('.', last - 1) : -1;
        return bare.substring(before + 1);
    }
}
