package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import rein.detect.Observation.Execution;
import rein.vocabulary.Severity;

/**
 * A command line as miners have it: <b>miner-command</b>, medium, never suspends. A known miner's
 * name, an argument that is a Stratum address, or two flags that only miners have. Programs that
 * search or print text are let pass: a session may well look for these words in a code base.
 */
final class MinerCommand implements Detector<MinerCommand.State> {
    static final Rule RULE =
            Rule.of(
                    "miner-command",
                    attack("T1496"),
                    atlas("AML.T0034.002"),
                    asi("ASI02"),
                    asi("ASI10"));

    private static final Set<String> MINERS =
            Set.of(
                    "bfgminer",
                    "bminer",
                    "ccminer",
                    "cgminer",
                    "cpuminer",
                    "ethminer",
                    "gminer",
                    "lolminer",
                    "minerd",
                    "miniz",
                    "nanominer",
                    "nbminer",
                    "phoenixminer",
                    "srbminer-multi",
                    "t-rex",
                    "teamredminer",
                    "trex",
                    "xmr-stak",
                    "xmrig",
                    "xmrig-notls",
                    "xmrig-cuda");

    private static final Set<String> TEXT_TOOLS =
            Set.of(
                    "ack", "ag", "awk", "cat", "code", "echo", "egrep", "fgrep", "git", "grep",
                    "less", "printf", "rg", "sed", "vim");

    private static final List<String> FLAGS =
            List.of(
                    "--donate-level",
                    "--donate-over-proxy",
                    "--algo=",
                    "--coin",
                    "--cpu-max-threads-hint",
                    "--nicehash",
                    "--randomx-",
                    "--rig-id");

    record State() {}

    @Override
    public State start() {
        return new State();
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (seen instanceof Execution exec && isMiner(exec)) {
            return Step.of(
                    state,
                    Match.of(
                            RULE,
                            exec.program(),
                            "Ran a command with the arguments of a cryptocurrency miner ("
                                    + Plain.text(exec.program(), Plain.FILE_CHARS_MAX)
                                    + ").",
                            Severity.MEDIUM,
                            List.of(exec.evidence())));
        }
        return Step.quiet(state);
    }

    private static boolean isMiner(Execution exec) {
        String program = exec.program().toLowerCase(Locale.ROOT);
        if (TEXT_TOOLS.contains(program)) {
            return false;
        }
        List<String> arguments = exec.arguments();
        return MINERS.contains(program)
                || arguments.stream().anyMatch(MinerCommand::isPool)
                || FLAGS.stream().filter(flag -> has(arguments, flag)).count() >= 2;
    }

    private static boolean has(List<String> arguments, String flag) {
        return arguments.stream().anyMatch(argument -> argument.startsWith(flag));
    }

    /** {@code stratum+tcp://…}, alone or as {@code --url=stratum+tcp://…}. */
    private static boolean isPool(String argument) {
        int equals = argument.startsWith("-") ? argument.indexOf('=') + 1 : 0;
        return argument.startsWith("stratum+", equals) || argument.startsWith("stratum:", equals);
    }
}
