package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import rein.detect.Observation.Execution;
import rein.vocabulary.Severity;

/**
 * A network tool run as a copy of itself: <b>copied-network-tool</b>. Medium when the run copied,
 * moved or linked the tool and then ran the copy, under whatever name; low when a file of a tool's
 * name, or one with ssh's forwarding arguments, runs from a path that the run may write. A copy
 * made without {@code cp} and its kin is not seen here; what it sends is seen at the door.
 */
final class CopiedTool implements Detector<CopiedTool.State> {
    static final Rule RULE =
            Rule.of("copied-network-tool", attack("T1036"), attack("T1105"), asi("ASI05"));

    private static final Set<String> TOOLS =
            Set.of(
                    "ssh",
                    "scp",
                    "sftp",
                    "autossh",
                    "dbclient",
                    "nc",
                    "ncat",
                    "netcat",
                    "nc.openbsd",
                    "nc.traditional",
                    "socat",
                    "curl",
                    "wget",
                    "telnet",
                    "nmap",
                    "masscan",
                    "openssl",
                    "chisel",
                    "ngrok",
                    "cloudflared",
                    "frpc",
                    "busybox");

    /** A copy that is not run within this time was hardly made to hide. */
    private static final Duration SPAN = Duration.ofMinutes(30);

    /** Copies of network tools; a session makes none. */
    private static final int COPIES_MAX = 16;

    record Copy(Evidence evidence, CopyCommand command) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    record State(Window<Copy> copies) {}

    @Override
    public State start() {
        return new State(Window.of(SPAN, COPIES_MAX));
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Execution exec)) {
            return Step.quiet(state);
        }
        var copied = CopyCommand.of(exec);
        if (copied.isPresent()) {
            return Step.quiet(
                    TOOLS.contains(copied.get().fromName())
                            ? new State(state.copies.with(new Copy(exec.evidence(), copied.get())))
                            : state);
        }
        if (!exec.writablePath()) {
            return Step.quiet(state);
        }
        String file = Plain.text(exec.file(), Plain.FILE_CHARS_MAX);
        for (Copy copy : state.copies.items()) {
            if (copy.command.made(exec.file())) {
                return Step.of(
                        state,
                        Match.of(
                                RULE,
                                exec.file(),
                                "Copied "
                                        + Plain.text(copy.command.fromName(), Plain.FILE_CHARS_MAX)
                                        + " and ran the copy as "
                                        + file
                                        + ".",
                                Severity.MEDIUM,
                                List.of(copy.evidence, exec.evidence())));
            }
        }
        boolean telling =
                TOOLS.contains(exec.program())
                        || (TunnelUse.of(exec).isPresent() && !exec.program().equals("ssh"));
        return telling && !WritablePath.isBuild(exec.file())
                ? Step.of(
                        state,
                        Match.of(
                                RULE,
                                exec.file(),
                                "Ran a network tool from a path it may write (" + file + ").",
                                Severity.LOW,
                                List.of(exec.evidence())))
                : Step.quiet(state);
    }
}
