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
        SortedMap<Path, Path> mounts) {
    /** Bounds the plan; more than any client profile needs. */
    public static final int BINDS_MAX = 256;

    /** Without mounts. */
    public SandboxSpec(
            Run run,
            Path workdir,
            List<String> command,
            SortedMap<String, String> environment,
            Limits limits,
            List<Path> readOnly,
            SortedMap<String, String> files) {
        this(run, workdir, command, environment, limits, readOnly, files, new TreeMap<>());
    }

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
        if (readOnly.size() + files.size() + mounts.size() > BINDS_MAX) {
            throw new IllegalArgumentException(
                    readOnly.size()
                            + files.size()
                            + mounts.size()
                            + " extra files; at most "
                            + BINDS_MAX);
        }
        for (Path path : readOnly) {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("not an absolute path: " + path);
            }
        }
    }

    private static SortedMap<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
