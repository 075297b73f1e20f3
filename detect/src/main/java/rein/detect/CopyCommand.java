package rein.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import rein.detect.Observation.Execution;

/**
 * {@code cp}, {@code mv}, {@code install} or {@code ln} of one file.
 *
 * @param to the new file's path as given; where it is a folder, the file keeps its name
 */
record CopyCommand(String from, String to) {
    private static final Set<String> PROGRAMS = Set.of("cp", "mv", "install", "ln");
    private static final Set<String> WITH_VALUE =
            Set.of("-m", "-o", "-g", "-S", "--suffix", "--mode", "--owner", "--group");

    static Optional<CopyCommand> of(Execution exec) {
        List<String> arguments = exec.arguments();
        boolean direct = PROGRAMS.contains(exec.program());
        // BusyBox and its kin: the applet's name is the first argument.
        boolean applet =
                exec.program().equals("busybox")
                        && !arguments.isEmpty()
                        && PROGRAMS.contains(arguments.getFirst());
        if (!direct && !applet) {
            return Optional.empty();
        }
        List<String> paths = new ArrayList<>();
        for (int i = applet ? 1 : 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (WITH_VALUE.contains(argument)) {
                i++;
            } else if (!argument.startsWith("-")) {
                paths.add(argument);
            }
        }
        return paths.size() == 2
                ? Optional.of(new CopyCommand(paths.getFirst(), paths.getLast()))
                : Optional.empty();
    }

    /** Whether a path that is executed is what was made here: by name, since folders may differ. */
    boolean made(String path) {
        String name = Argv.baseName(path);
        return !name.isEmpty()
                && (name.equals(Argv.baseName(to)) || (isFolder(path) && name.equals(fromName())));
    }

    private boolean isFolder(String path) {
        String folder = to.endsWith("/") ? to : to + "/";
        return path.startsWith(folder);
    }

    String fromName() {
        return Argv.baseName(from);
    }
}
