package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where this machine's cgroup hierarchies are mounted, read from mountinfo: never assumed, since
 * hybrid machines mount version 2 elsewhere than at {@code /sys/fs/cgroup}.
 *
 * @param unified the version 2 hierarchy
 * @param controllers version 1 controller → its hierarchy
 */
record CgroupMounts(Path unified, Map<String, Path> controllers) {
    CgroupMounts {
        controllers = Map.copyOf(controllers);
    }

    static CgroupMounts ofHost() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED,
                    "/proc is not readable, so nothing can be contained here.",
                    e);
        }
    }

    /** Fields as in proc_pid_mountinfo(5): what follows " - " is type, source, options. */
    static CgroupMounts parse(List<String> mountinfo) {
        Path unified = Path.of("");
        Map<String, Path> controllers = new TreeMap<>();
        for (String line : mountinfo) {
            String[] halves = line.split(" - ", 2);
            String[] fields = halves[0].split(" ", -1);
            if (halves.length < 2 || fields.length < 5) {
                continue;
            }
            String[] kind = halves[1].split(" ", -1);
            if (kind[0].equals("cgroup2")) {
                unified = Path.of(fields[4]);
            } else if (kind[0].equals("cgroup") && kind.length == 3) {
                Arrays.stream(kind[2].split(",", -1))
                        .forEach(option -> controllers.put(option, Path.of(fields[4])));
            }
        }
        if (unified.toString().isEmpty()) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED,
                    "No cgroup version 2 is mounted, so a run could not be killed as a whole. "
                            + "Mount it: mkdir -p /sys/fs/cgroup/unified && "
                            + "mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified");
        }
        return new CgroupMounts(unified, controllers);
    }
}
