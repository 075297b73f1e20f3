package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.vocabulary.Ticker;

/**
 * The processes of a run without root: those of a process-id namespace, held by its init. The init
 * is the launcher's shell; told by a signal it stops, continues or kills all others at once ({@code
 * kill(-1)}, kill(2)), and when it ends the kernel kills them all (pid_namespaces(7)).
 */
final class InitGroup implements Group {
    /** What the launcher's shell has traps for. */
    private static final int STOP_ALL = 10;

    private static final int CONTINUE_ALL = 12;
    private static final int KILL_ALL = 14;
    private static final int SIGKILL = 9;
    private static final int LOOK_MILLIS = 5;

    /**
     * The shell ends within a few milliseconds; then it is killed, and the kernel kills the rest.
     */
    private static final int SHELL_MILLIS_MAX = 250;

    private final Linux linux;
    private final Ticker ticker;
    private final long init;
    private final int pidfd;

    InitGroup(Linux linux, Ticker ticker, long init, int pidfd) {
        this.linux = linux;
        this.ticker = ticker;
        this.init = init;
        this.pidfd = pidfd;
    }

    long init() {
        return init;
    }

    int pidfd() {
        return pidfd;
    }

    /**
     * Whoever loses its parent in the namespace becomes a child of its init: all are descendants.
     */
    @Override
    public List<Long> processes() {
        Map<Long, List<Long>> children = children();
        List<Long> found = new ArrayList<>();
        Deque<Long> next = new ArrayDeque<>(children.getOrDefault(init, List.of()));
        while (!next.isEmpty()) {
            long pid = next.pop();
            found.add(pid);
            next.addAll(children.getOrDefault(pid, List.of()));
        }
        return found;
    }

    private static Map<Long, List<Long>> children() {
        Map<Long, List<Long>> children = new HashMap<>();
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path proc : all) {
                Optional<String> stat = stat(proc);
                // A zombie holds nothing any more.
                if (stat.isPresent() && !stat.get().startsWith("Z")) {
                    long pid = Long.parseLong(proc.getFileName().toString());
                    long parent = Long.parseLong(stat.get().split(" ", 3)[1]);
                    children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(pid);
                }
            }
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SYSTEM_CALL, "/proc cannot be listed: " + e, e);
        }
        return children;
    }

    /** State, parent and what follows, behind a program name that may hold anything (proc(5)). */
    private static Optional<String> stat(Path proc) {
        return KernelFile.read(proc.resolve("stat"))
                .map(text -> text.substring(text.lastIndexOf(')') + 2));
    }

    @Override
    public void freeze(boolean frozen) {
        linux.signalTo(pidfd, frozen ? STOP_ALL : CONTINUE_ALL);
    }

    @Override
    public boolean awaitFrozen(long deadlineNanos) {
        while (!standsStill()) {
            if (ticker.nanos() > deadlineNanos) {
                return false;
            }
            linux.poll(new int[0], new short[0], LOOK_MILLIS);
        }
        return true;
    }

    private boolean standsStill() {
        return processes().stream()
                .map(pid -> stat(Path.of("/proc", Long.toString(pid))))
                .flatMap(Optional::stream)
                .allMatch(stat -> "TtZX".indexOf(stat.charAt(0)) >= 0);
    }

    /** Through the shell first, which can say to its parent with which code the run ended. */
    @Override
    public void kill() {
        linux.signalTo(pidfd, KILL_ALL);
    }

    /** The init is gone only when all others are. */
    @Override
    public boolean awaitEmpty(long deadlineNanos) {
        long left = (deadlineNanos - ticker.nanos()) / 1_000_000;
        if (ends(Math.min(left, SHELL_MILLIS_MAX))) {
            return true;
        }
        linux.signalTo(pidfd, SIGKILL);
        return ends((deadlineNanos - ticker.nanos()) / 1_000_000);
    }

    private boolean ends(long millisMax) {
        int[] fds = {pidfd};
        return linux.poll(fds, new short[] {Linux.POLLIN}, Math.max(millisMax, 0))[0];
    }

    /**
     * Nothing adds up what processes used that have ended.
     *
     * @throws SandboxException always: not observed is not the same as none
     */
    @Override
    public Usage usage() {
        throw new SandboxException(
                SandboxException.Code.UNSUPPORTED,
                "Without root and cgroups what a run used is not observed.");
    }

    @Override
    public boolean removeKillable() {
        return true;
    }

    @Override
    public boolean remove() {
        return true;
    }
}
