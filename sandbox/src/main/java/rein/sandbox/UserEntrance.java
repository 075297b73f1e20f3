package rein.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rein.vocabulary.Ticker;

/**
 * The command that starts a launcher of an ordinary user inside namespaces of its own, as the
 * {@code rein} script has it too: user and network, and process ids, whose init is a shell that
 * stops, continues and outlives the run at the node's word.
 */
final class UserEntrance {
    /** unshare, its child the shell, and the JVM as the shell's child. */
    private static final int FOUND_MILLIS_MAX = 10_000;

    private static final int LOOK_MILLIS = 5;

    // A namespace's first process ignores what it has no trap for.
    private static final String INIT =
            """
            trap 'told=1; kill -STOP -1' USR1
            trap 'told=1; kill -CONT -1' USR2
            trap 'told=1; kill -KILL -1' ALRM
            exec 3<&0
            "$@" <&3 3<&- &
            exec 3<&-
            while :; do told=; wait $! 2>/dev/null; code=$?; [ -n "$told" ] || exit $code; done
            """;

    private UserEntrance() {}

    static List<String> command(List<String> launcher) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--user",
                                "--map-current-user",
                                "--keep-caps",
                                "--net",
                                "--pid",
                                "--fork",
                                "--kill-child"));
        command.addAll(List.of("--", "sh", "-c", INIT, "rein-init"));
        command.addAll(launcher);
        return command;
    }

    /**
     * The launcher that such a command has become.
     *
     * @throws SandboxException {@code TOOL} when there is none within the time
     */
    static Peer launcher(Linux linux, Ticker ticker, Process process) {
        long deadline = ticker.nanos() + FOUND_MILLIS_MAX * 1_000_000L;
        Optional<ProcessHandle> found = grandchild(process);
        while (found.isEmpty() && process.isAlive() && ticker.nanos() < deadline) {
            linux.poll(new int[0], new short[0], LOOK_MILLIS);
            found = grandchild(process);
        }
        long pid =
                found.map(ProcessHandle::pid)
                        .orElseThrow(() ->
                                new SandboxException(
                                        SandboxException.Code.TOOL,
                                        "No launcher started inside namespaces of its own."));
        return new Peer(pid, id(pid, "Uid"), id(pid, "Gid"));
    }

    private static Optional<ProcessHandle> grandchild(Process process) {
        return process.children().flatMap(ProcessHandle::children).findFirst();
    }

    private static int id(long pid, String what) {
        return KernelFile.status(pid, what)
                .map(ids -> Integer.parseInt(ids.split("\t", 2)[0]))
                .orElse(-1);
    }
}
