package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import rein.detect.Observation.Connection;
import rein.detect.Observation.Execution;
import rein.vocabulary.Severity;

/**
 * SSH where it may not be. The egress door knows SSH by the client's first bytes, before it dials;
 * what the run executed says whether it was a tunnel.
 *
 * <ul>
 *   <li><b>ssh-tunnel-attempt</b>, suspends: refused SSH that came through the HTTP proxy, or to a
 *       port other than 22, or to a bare address, or within {@link #NEAR} of a command that
 *       forwards ports or opens a tunnel, whichever is seen first. Also permitted SSH beside a
 *       command that lets the far side in ({@code -R}, {@code -w}).
 *   <li><b>ssh-denied</b>, never suspends: low when it is {@code git}'s own use of ssh to the very
 *       host and port that the door saw, by name and not through the proxy; medium otherwise.
 *   <li>Permitted SSH with {@code -L} or {@code -D} is what bastions are for: {@code
 *       ssh-forwarding}, medium.
 * </ul>
 */
final class SshTunnel implements Detector<SshTunnel.State> {
    static final Rule TUNNEL =
            Rule.of(
                    "ssh-tunnel-attempt",
                    attack("T1572"),
                    attack("T1021.004"),
                    attack("T1090"),
                    atlas("AML.T0072"),
                    asi("ASI05"),
                    asi("ASI10"));
    static final Rule DENIED = Rule.of("ssh-denied", attack("T1021.004"), asi("ASI02"));
    static final Rule FORWARDING =
            Rule.of("ssh-forwarding", attack("T1572"), attack("T1090"), asi("ASI02"));

    /** A command connects within seconds of its exec, or it gives up. */
    static final Duration NEAR = Duration.ofSeconds(10);

    /** More at a time than a session opens within {@link #NEAR}; older ones have been judged. */
    private static final int REMEMBERED_MAX = 32;

    private static final int SSH_PORT = 22;

    /** What is remembered of SSH at the door. */
    record Link(Evidence evidence, String target, boolean proxied, boolean refused)
            implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    /** What is remembered of a tunnel command. */
    record Use(Evidence evidence, boolean inward) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    /** What is remembered of git's use of ssh. */
    record Git(long nanos, String host, int port) implements Window.Timed {}

    record State(Window<Link> links, Window<Use> uses, Window<Git> gits) {}

    @Override
    public State start() {
        return new State(
                Window.of(NEAR, REMEMBERED_MAX),
                Window.of(NEAR, REMEMBERED_MAX),
                Window.of(NEAR, REMEMBERED_MAX));
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (seen instanceof Connection connection && connection.protocol().equals("ssh")) {
            return connected(state, connection);
        }
        if (seen instanceof Execution exec) {
            return executed(state, exec);
        }
        return Step.quiet(state);
    }

    private static Step<State> connected(State state, Connection seen) {
        Link link =
                new Link(
                        seen.evidence(),
                        seen.target(),
                        !seen.route().equals("transparent"),
                        seen.refused());
        State next = new State(state.links.with(link), state.uses, state.gits);
        List<Use> near = state.uses.around(seen.nanos());
        if (link.refused) {
            boolean outOfPlace = link.proxied || seen.port() != SSH_PORT || !seen.named();
            boolean git = near.isEmpty() && !link.proxied && seen.named() && isGit(state, seen);
            return Step.of(
                    next,
                    git
                            ? denied(link, Severity.LOW)
                            : outOfPlace || !near.isEmpty()
                                    ? tunnel(link, near)
                                    : denied(link, Severity.MEDIUM));
        }
        return new Step<>(next, permitted(link, near).stream().toList());
    }

    private static Step<State> executed(State state, Execution exec) {
        Optional<TunnelUse> tunnel = TunnelUse.of(exec);
        if (tunnel.isEmpty()) {
            return Step.quiet(gitSsh(state, exec));
        }
        Use use = new Use(exec.evidence(), tunnel.get().inward());
        State next = new State(state.links, state.uses.with(use), state.gits);
        return new Step<>(
                next,
                state.links.around(exec.nanos()).stream()
                        .flatMap(link ->
                                link.refused
                                        ? Stream.of(tunnel(link, List.of(use)))
                                        : permitted(link, List.of(use)).stream())
                        .toList());
    }

    private static State gitSsh(State state, Execution exec) {
        if (!exec.program().equals("ssh")) {
            return state;
        }
        SshCommand ssh = SshCommand.parse(exec.arguments());
        if (!ssh.isGit() || ssh.host().isEmpty()) {
            return state;
        }
        Git git = new Git(exec.nanos(), ssh.host().get(), ssh.port().orElse(SSH_PORT));
        return new State(state.links, state.uses, state.gits.with(git));
    }

    private static boolean isGit(State state, Connection seen) {
        return state.gits.around(seen.nanos()).stream()
                .anyMatch(git -> git.host.equals(seen.host()) && git.port == seen.port());
    }

    private static Optional<Match> permitted(Link link, List<Use> near) {
        if (near.stream().anyMatch(Use::inward)) {
            return Optional.of(tunnel(link, near));
        }
        return near.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Match.of(
                                FORWARDING,
                                link.target,
                                "Forwarded ports through a permitted SSH connection to "
                                        + link.target
                                        + ".",
                                Severity.MEDIUM,
                                evidence(link, near)));
    }

    private static Match denied(Link link, Severity severity) {
        return Match.of(
                DENIED,
                link.target,
                "Tried to use SSH to " + link.target + ", which policy does not permit.",
                severity,
                List.of(link.evidence));
    }

    private static Match tunnel(Link link, List<Use> near) {
        return Match.suspending(
                TUNNEL,
                link.target,
                "Tried to open an SSH tunnel to "
                        + link.target
                        + (link.proxied ? " through the HTTP proxy." : "."),
                evidence(link, near));
    }

    private static List<Evidence> evidence(Link link, List<Use> near) {
        return Stream.concat(near.stream().map(Use::evidence), Stream.of(link.evidence)).toList();
    }
}
