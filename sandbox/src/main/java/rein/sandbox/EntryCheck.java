package rein.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks from outside at a run that an ordinary caller's process was to become, since that process
 * may be any program: the first process must be bubblewrap in the namespaces that were handed in,
 * and every other one of the group must be where bubblewrap puts it, without rights, filtered, and
 * with no file system of the host but what the plan names.
 */
final class EntryCheck {
    private static final List<String> BARE =
            List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb").stream()
                    .map(set -> set + ":\t0000000000000000")
                    .toList();
    private static final List<String> CONFINED = List.of("NoNewPrivs:\t1", "Seccomp:\t2");
    private static final int MOUNT_POINT_FIELD = 4;

    /** The plan's binds and what is mounted below them: a thousand times what is usual. */
    private static final int MOUNTS_BYTES_MAX = 16 << 20;

    private final CallerProcess caller;
    private final String userNamespace;
    private final String networkNamespace;
    private final Path bubblewrap;
    private final List<String> destinations;

    EntryCheck(CallerProcess caller, LaunchPlan plan) {
        this.caller = caller;
        this.userNamespace = caller.userNamespace();
        this.networkNamespace = caller.networkNamespace();
        this.bubblewrap = Path.of(plan.command().getFirst());
        this.destinations = destinations(plan);
    }

    /** Where bubblewrap was told to mount something. */
    private static List<String> destinations(LaunchPlan plan) {
        String[] words =
                Optional.ofNullable(plan.files().get(Launch.ARGUMENTS)).orElse("").split("\0", -1);
        List<String> destinations = new ArrayList<>();
        for (int i = 0; i + 2 < words.length; i++) {
            switch (words[i]) {
                case "--bind", "--ro-bind" -> destinations.add(words[i + 2]);
                case "--tmpfs", "--proc", "--dev" -> destinations.add(words[i + 1]);
                default -> {
                    // Words that mount nothing.
                }
            }
        }
        return destinations;
    }

    /** What is missing yet, as the end of a sentence; empty when the run is as it should be. */
    Optional<String> missing(List<Long> processes) {
        long first = caller.peer().pid();
        boolean command = false;
        Optional<String> missing = monitor();
        for (long pid : processes) {
            if (pid != first && missing.isEmpty()) {
                Path proc = Path.of("/proc", Long.toString(pid));
                Optional<List<String>> status =
                        KernelFile.read(proc.resolve("status")).map(text -> text.lines().toList());
                if (status.isPresent() && !ended(status.get())) {
                    missing = missing(proc, status.get());
                    command = true;
                }
            }
        }
        return missing.isEmpty() && !command
                ? Optional.of("it has not started the sandbox")
                : missing;
    }

    private static boolean ended(List<String> status) {
        return status.stream()
                .anyMatch(line -> line.startsWith("State:\tZ") || line.startsWith("State:\tX"));
    }

    private Optional<String> monitor() {
        try {
            if (!Files.isSameFile(caller.proc().resolve("exe"), bubblewrap)) {
                return Optional.of("it has not become " + bubblewrap);
            }
        } catch (IOException e) {
            return Optional.of("it has ended");
        }
        return is(caller.proc(), "net", networkNamespace)
                        && is(caller.proc(), "user", userNamespace)
                ? Optional.empty()
                : Optional.of("it is not in the namespaces that it came with");
    }

    private Optional<String> missing(Path proc, List<String> status) {
        if (!is(proc, "net", networkNamespace)) {
            return Optional.of("a process of it is in another network");
        }
        for (String kind : List.of("user", "pid", "mnt", "ipc", "uts", "cgroup")) {
            if (is(
                    proc,
                    kind,
                    CallerProcess.link(caller.proc().resolve("ns").resolve(kind)).orElse(""))) {
                return Optional.of("a process of it is outside of the sandbox (" + kind + ")");
            }
        }
        if (!status.containsAll(BARE) || !status.containsAll(CONFINED)) {
            return Optional.of("a process of it has rights, or no filter");
        }
        return mounts(proc);
    }

    private static boolean is(Path proc, String kind, String namespace) {
        return CallerProcess.link(proc.resolve("ns").resolve(kind))
                .filter(namespace::equals)
                .isPresent();
    }

    private Optional<String> mounts(Path proc) {
        return KernelFile.readBytes(proc.resolve("mountinfo"), MOUNTS_BYTES_MAX)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .stream()
                .flatMap(String::lines)
                .map(line -> line.split(" ", -1)[MOUNT_POINT_FIELD])
                .filter(point -> !point.equals("/"))
                .filter(point ->
                        destinations.stream()
                                .noneMatch(to ->
                                        point.equals(escaped(to))
                                                || point.startsWith(escaped(to) + "/")))
                .map(point -> "a process of it sees the host's " + point)
                .findFirst();
    }

    /** proc(5): space, tab, line break and backslash are shown as octal numbers. */
    private static String escaped(String path) {
        return path.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }
}
