package rein.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A watcher that keeps the runs of a node that has ended in order until the next node adopts them,
 * and kills them when none does in time. It is named by its process id and by when that process
 * started, so that a number that was given out again is not taken for it.
 *
 * @param pid its process
 * @param startTicks when it started, in clock ticks since the machine did (proc_pid_stat(5))
 */
public record Keeper(long pid, long startTicks) {
    /** Where starttime stands behind the program's name, which may hold spaces. */
    private static final int START_TICKS_FIELD = 19;

    static Optional<Keeper> of(long pid) {
        return KernelFile.read(Path.of("/proc", Long.toString(pid), "stat"))
                .map(stat -> List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)))
                .filter(fields -> fields.size() > START_TICKS_FIELD)
                .map(fields -> new Keeper(pid, Long.parseLong(fields.get(START_TICKS_FIELD))));
    }

    /** Whether it is there, and is a watcher. */
    public boolean keeps() {
        return of(pid).filter(this::equals).isPresent()
                && KernelFile.read(Path.of("/proc", Long.toString(pid), "cmdline"))
                        .filter(line -> line.contains("\0" + Watcher.NAME + "\0"))
                        .isPresent();
    }

    /** Lets it go: somebody else answers for the runs now. */
    public void release() {
        if (keeps()) {
            // The JDK compares the start of the process before it sends the signal.
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
