package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.attack;

import java.util.List;
import java.util.regex.Pattern;
import rein.detect.Observation.Execution;
import rein.vocabulary.Severity;

/**
 * A program run from where the run itself may write: <b>exec-from-writable-path</b>. Low from a
 * scratch folder or from memory, where what was fetched is put; informational elsewhere in the
 * workdir. What package managers and build tools put down and run is a record and nothing more.
 */
final class WritablePath implements Detector<WritablePath.State> {
    static final Rule RULE =
            Rule.of("exec-from-writable-path", attack("T1105"), attack("T1036"), asi("ASI04"));

    /** Folders and scratch names of the build tools that run what they have just made. */
    private static final Pattern BUILDS =
            Pattern.compile(
                    "/(node_modules|target|build|dist|out|bin|obj|\\.venv|venv|env|\\.tox|\\.nox"
                            + "|\\.cargo|\\.rustup|\\.gradle|\\.m2|\\.nvm|\\.npm|\\.pyenv|\\.yarn"
                            + "|\\.cache|\\.git|cmake-build-[^/]*|CMakeFiles|_build)/"
                            + "|/(go-build|rustc|cargo-install|pip-|npm-|npx-|yarn--|_MEI|ccache"
                            + "|cgo|pytest-of-|playwright|bazel)[^/]*/");

    /** Wrappers that lie in the workdir by custom. */
    private static final Pattern WRAPPERS =
            Pattern.compile(
                    "(gradlew|mvnw|configure|conftest|manage\\.py|.*\\.(sh|bash|py|js|rb|pl))");

    private static final Pattern SCRATCH =
            Pattern.compile("(/var)?/tmp/.*|/dev/shm/.*|/dev/mqueue/.*|/run/.*");

    private static final Pattern MEMORY =
            Pattern.compile("memfd:.*|/memfd:.*|/dev/fd/\\d+|/proc/(self|\\d+)/fd/\\d+");

    record State() {}

    @Override
    public State start() {
        return new State();
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Execution exec)) {
            return Step.quiet(state);
        }
        boolean memory = MEMORY.matcher(exec.file()).matches();
        if (!memory && (!exec.writablePath() || isBuild(exec.file()))) {
            return Step.quiet(state);
        }
        boolean low = memory || SCRATCH.matcher(exec.file()).matches();
        String file = Plain.text(exec.file(), Plain.FILE_CHARS_MAX);
        return Step.of(
                state,
                Match.of(
                        RULE,
                        memory ? "memory" : folder(exec.file()),
                        memory
                                ? "Ran a program that exists only in memory (" + file + ")."
                                : "Ran " + file + ", a file that the run itself may write.",
                        low ? Severity.LOW : Severity.INFORMATIONAL,
                        List.of(exec.evidence())));
    }

    static boolean isBuild(String file) {
        return BUILDS.matcher(file).find()
                || (WRAPPERS.matcher(Argv.baseName(file)).matches()
                        && !SCRATCH.matcher(file).matches());
    }

    private static String folder(String file) {
        int slash = file.lastIndexOf('/');
        return slash > 0 ? file.substring(0, slash) : file;
    }
}
