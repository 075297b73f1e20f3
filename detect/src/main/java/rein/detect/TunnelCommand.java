package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import rein.detect.Observation.Connection;
import rein.detect.Observation.Execution;
import rein.vocabulary.Severity;

/**
 * A command that opens a tunnel.
 *
 * <ul>
 *   <li><b>tunnel-command</b>: the command alone. High where somebody outside would get in ({@code
 *       ssh -R}, {@code ssh -w}), medium for {@code -L}, {@code -D} and known tools. Never
 *       suspends: the tunnel may never have been tried.
 *   <li><b>tunnel-tool-attempt</b>, suspends: a known tool, and the door refused a connection to a
 *       host that the tool was told on its command line, within {@link #NEAR}. ({@link SshTunnel}
 *       judges tools that speak SSH in the clear.)
 * </ul>
 */
final class TunnelCommand implements Detector<TunnelCommand.State> {
    static final Rule COMMAND =
            Rule.of(
                    "tunnel-command",
                    attack("T1572"),
                    attack("T1090"),
                    attack("T1219"),
                    atlas("AML.T0072"),
                    asi("ASI05"));
    static final Rule ATTEMPT =
            Rule.of(
                    "tunnel-tool-attempt",
                    attack("T1572"),
                    attack("T1219"),
                    atlas("AML.T0072"),
                    asi("ASI05"),
                    asi("ASI10"));

    static final Duration NEAR = Duration.ofSeconds(10);

    /** Tools started at one time; a session starts one or two. */
    private static final int USES_MAX = 8;

    /** Refused connections at one time; beyond it a sweep is reported anyway. */
    private static final int REFUSED_MAX = 64;

    /** A shorter host would be found in many an argument by chance. */
    private static final int HOST_CHARS_MIN = 4;

    record Use(Evidence evidence, String what, List<String> arguments) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }

        /** The host stands whole in an argument: bounded by the start, the end, or punctuation. */
        boolean names(String host) {
            return host.length() >= HOST_CHARS_MIN
                    && arguments.stream().anyMatch(argument -> standsIn(argument, host));
        }

        private static boolean standsIn(String argument, String host) {
            int at = argument.indexOf(host);
            while (at >= 0) {
                int end = at + host.length();
                if ((at == 0 || !isNamePart(argument.charAt(at - 1)))
                        && (end == argument.length() || !isNamePart(argument.charAt(end)))) {
                    return true;
                }
                at = argument.indexOf(host, at + 1);
            }
            return false;
        }

        private static boolean isNamePart(char c) {
            return c == '-' || c == '.' || Character.isLetterOrDigit(c);
        }
    }

    record Refused(Evidence evidence, String host, String target) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    record State(Window<Use> uses, Window<Refused> refused) {}

    @Override
    public State start() {
        return new State(Window.of(NEAR, USES_MAX), Window.of(NEAR, REFUSED_MAX));
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        return switch (seen) {
            case Connection connection when connection.denied() -> refused(state, connection);
            case Execution exec ->
                    TunnelUse.of(exec)
                            .map(tunnel -> executed(state, exec, tunnel))
                            .orElse(Step.quiet(state));
            case Connection ignored -> Step.quiet(state);
            case Observation.Lookup ignored -> Step.quiet(state);
            case Observation.Other ignored -> Step.quiet(state);
            case Observation.Unreadable ignored -> Step.quiet(state);
        };
    }

    private static Step<State> refused(State state, Connection connection) {
        Refused refused =
                new Refused(connection.evidence(), connection.host(), connection.target());
        Optional<Match> match =
                state.uses.around(connection.nanos()).stream()
                        .filter(use -> use.names(refused.host))
                        .findFirst()
                        .map(use -> attempt(use, refused));
        return new Step<>(
                new State(state.uses, state.refused.with(refused)), match.stream().toList());
    }

    private static Step<State> executed(State state, Execution exec, TunnelUse tunnel) {
        List<Match> matches = new ArrayList<>();
        matches.add(
                Match.of(
                        COMMAND,
                        tunnel.what(),
                        "Ran " + tunnel.what() + ", which opens a tunnel.",
                        tunnel.inward() && !tunnel.tool() ? Severity.HIGH : Severity.MEDIUM,
                        List.of(exec.evidence())));
        if (!tunnel.tool()) {
            return new Step<>(state, matches);
        }
        List<String> lower =
                exec.arguments().stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
        Use use = new Use(exec.evidence(), tunnel.what(), lower);
        state.refused.around(exec.nanos()).stream()
                .filter(refused -> use.names(refused.host))
                .findFirst()
                .ifPresent(refused -> matches.add(attempt(use, refused)));
        return new Step<>(new State(state.uses.with(use), state.refused), matches);
    }

    private static Match attempt(Use use, Refused refused) {
        return Match.suspending(
                ATTEMPT,
                refused.host,
                "Tried to open a tunnel with " + use.what + " to " + refused.target + ".",
                List.of(use.evidence, refused.evidence));
    }
}
