package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import rein.detect.Observation.Execution;
import rein.vocabulary.Severity;

/**
 * A program of the run copied itself, and the copy was started: <b>self-copy</b>, medium. Seen are:
 * the exec of a file that the run may write, or of a script; {@code cp} and its kin of that very
 * file; and the exec of the copy, or {@code setsid}, {@code nohup} or {@code daemonize} with it.
 */
final class SelfCopy implements Detector<SelfCopy.State> {
    static final Rule RULE =
            Rule.of("self-copy", attack("T1036"), atlas("AML.T0061"), asi("ASI10"));

    private static final Set<String> DETACHERS = Set.of("setsid", "nohup", "daemonize", "daemon");
    private static final Set<String> INTERPRETERS =
            Set.of("sh", "bash", "dash", "zsh", "python", "python3", "node", "perl", "ruby");

    private static final Duration SPAN = Duration.ofMinutes(30);

    /** Distinct programs of its own that a run has lately executed. */
    private static final int OWN_MAX = 64;

    /** Copies of its own programs; builds make few and do not run them by hand. */
    private static final int COPIES_MAX = 16;

    record Own(Evidence evidence, String path) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    record Copy(Evidence ran, Evidence copied, CopyCommand command) implements Window.Timed {
        @Override
        public long nanos() {
            return copied.nanos();
        }
    }

    record State(Window<Own> own, Window<Copy> copies) {}

    @Override
    public State start() {
        return new State(Window.of(SPAN, OWN_MAX), Window.of(SPAN, COPIES_MAX));
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Execution exec)) {
            return Step.quiet(state);
        }
        var copied = CopyCommand.of(exec);
        if (copied.isPresent()) {
            return Step.quiet(copied(state, exec, copied.get()));
        }
        List<String> paths = started(exec);
        for (Copy copy : state.copies.items()) {
            if (paths.stream().anyMatch(copy.command::made)) {
                return Step.of(
                        state,
                        Match.of(
                                RULE,
                                copy.command.to(),
                                "Copied its own program to "
                                        + Plain.text(copy.command.to(), Plain.FILE_CHARS_MAX)
                                        + " and started the copy.",
                                Severity.MEDIUM,
                                List.of(copy.ran, copy.copied, exec.evidence())));
            }
        }
        return Step.quiet(paths.isEmpty() ? state : remember(state, exec, paths.getFirst()));
    }

    private static State remember(State state, Execution exec, String path) {
        boolean known = state.own.items().stream().anyMatch(own -> own.path.equals(path));
        return known
                ? state
                : new State(state.own.with(new Own(exec.evidence(), path)), state.copies);
    }

    private static State copied(State state, Execution exec, CopyCommand command) {
        if (Argv.baseName(command.to()).equals(command.fromName())) {
            return state; // A copy under its own name is what installing is.
        }
        return state.own.items().stream()
                .filter(own -> own.path.equals(command.from()))
                .findFirst()
                .map(own -> new Copy(own.evidence, exec.evidence(), command))
                .map(copy -> new State(state.own, state.copies.with(copy)))
                .orElse(state);
    }

    /**
     * Files of its own that this exec starts: the file, an interpreter's script, what is detached.
     */
    private static List<String> started(Execution exec) {
        List<String> paths = new ArrayList<>();
        if (exec.writablePath()) {
            paths.add(exec.file());
        }
        Stream<String> plain =
                exec.arguments().stream().filter(argument -> !argument.startsWith("-"));
        if (INTERPRETERS.contains(exec.program())) {
            plain.findFirst().filter(path -> path.indexOf(' ') < 0).ifPresent(paths::add);
        } else if (DETACHERS.contains(exec.program())) {
            plain.limit(2).forEach(paths::add);
        }
        return paths;
    }
}
