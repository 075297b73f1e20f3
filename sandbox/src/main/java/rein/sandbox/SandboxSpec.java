package rein.sandbox;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import rein.vocabulary.Run;

/**
 * What a run is given. Everything not named here or in {@link RootView} is absent in the run.
 *
 * @param workdir bound at its own path, read-write; checked by {@link WorkdirCheck}
 * @param command program and arguments; the program is found on the run's PATH
 * @param environment all of it: nothing is inherited; PATH, HOME and a few more have defaults
 * @param readOnly further files and folders of the host, bound at their own paths
 * @param files absolute path in the run → content of a small read-only file
 * @param settings path below the run's home → file of the host, read-only
 * @param state path below the run's home → folder of the host, read-write, owned by the work
 *     folder's owner
 * @param mounts path in the run → file of the host that is seen there, read-only
 */
public record SandboxSpec(
        Run run,
        Path workdir,
        List<String> command,
        SortedMap<String, String> environment,
        Limits limits,
        List<Path> readOnly,
        SortedMap<String, String> files,
        SortedMap<String, Path> settings,
        SortedMap<String, Path> state,
        SortedMap<Path, Path> mounts) {
    /** Where a run looks for programs when nothing else is said. */
    public static final String PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** A run's home. */
    public static final String HOME = "/home/agent";

    /** Bounds the plan; more than any client profile needs. */
    public static final int BINDS_MAX = 256;

    public SandboxSpec {
        command = List.copyOf(command);
        environment = sorted(environment);
        readOnly = List.copyOf(readOnly);
        files = sorted(files);
        mounts = Collections.unmodifiableSortedMap(new TreeMap<>(mounts));
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new IllegalArgumentException("no command to run");
        }
        if (command.getFirst().contains("=")) {
            throw new IllegalArgumentException(
                    "a program whose name contains '=' cannot be run: " + command.getFirst());
        }
        for (String argument : command) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument contains a zero byte");
            }
        }
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        state = Collections.unmodifiableSortedMap(new TreeMap<>(state));
        int binds = readOnly.size() + files.size() + settings.size() + state.size() + mounts.size();
        if (binds > BINDS_MAX) {
            throw new IllegalArgumentException(binds + " extra files; at most " + BINDS_MAX);
        }
        for (Path path : readOnly) {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("not an absolute path: " + path);
            }
        }
    }

    /** With nothing in its home. */
    public SandboxSpec(
            Run run,
            Path workdir,
            List<String> command,
            SortedMap<String, String> environment,
            Limits limits,
            List<Path> readOnly,
            SortedMap<String, String> files) {
        this(
                run,
                workdir,
                command,
                environment,
                limits,
                readOnly,
                files,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>());
    }

    private static SortedMap<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
