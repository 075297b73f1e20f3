package rein.sandbox;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One process per node, in a session of its own and outside every run's group, that reads from a
 * pipe the node holds. When the node dies, however it dies, the pipe ends and the watcher kills
 * every run through the parent group. A node that ends in order says {@code done} first; one that
 * hands its runs over says {@code keep}, for how long, and which file the next node takes away when
 * it comes: past that time the watcher kills the runs that were there, unless it has been let go
 * ({@link Keeper#release}).
 */
final class Watcher implements AutoCloseable {
    // Signals meant for the node's group or terminal must not end it; the OOM killer takes others
    // first. After the kill it removes what would otherwise stay in the kernel until the next
    // start:
    // the groups as they become empty, and the trace instance through a mount that it alone sees.
    private static final String SCRIPT =
            """
            trap '' HUP INT QUIT TERM TSTP
            echo -900 > /proc/self/oom_score_adj
            read -r word seconds file || word=
            [ "$word" = done ] && exit 0
            name=$1
            shift
            if [ "$word" = keep ]; then
              runs=$(cd "$1" && echo */)
              echo kept
              read -r now rest < /proc/uptime
              end=$((${now%.*} + seconds))
              while [ "${now%.*}" -lt "$end" ]; do
                sleep 0.2
                read -r now rest < /proc/uptime
              done
              for run in $runs; do echo 1 > "$1/$run/cgroup.kill"; done
              # A node that has taken the file has groups and a trace instance of its own by now.
              [ -e "$file" ] || exit 0
              rm -f "$file"
            fi
            echo 1 > "$1/cgroup.kill"
            n=0
            while [ $n -lt 50 ]; do
              left=0
              for folder in "$@"; do
                rmdir "$folder"/*/ "$folder" 2>/dev/null
                [ -d "$folder" ] && left=1
              done
              [ $left = 0 ] && break
              n=$((n + 1))
              sleep 0.1
            done
            unshare --mount sh -c 'mount -t tracefs none /mnt && rmdir "/mnt/instances/$0"' "$name"
            """;

    /** What its command line says it is. */
    static final String NAME = "rein-watcher";

    private final Process process;

    private Watcher(Process process) {
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param name of the node's groups and trace instance
     * @param folders the node's parent groups, the version 2 one first
     */
    static Watcher start(String name, List<Path> folders) {
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", SCRIPT, NAME));
        command.add(name);
        folders.forEach(folder -> command.add(folder.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        // It outlives the node: nothing of the environment that the node was started with does.
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return new Watcher(Tool.start(builder));
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    void onEnd(Runnable action) {
        var _ = process.onExit().thenRun(action);
    }

    /**
     * It keeps the runs from here on, whatever becomes of this process.
     *
     * @param file names what the next node takes away
     * @throws SandboxException {@code CLOSED} when it is gone, and with it the promise
     */
    Keeper keep(int seconds, Path file) {
        Keeper keeper =
                Keeper.of(pid())
                        .filter(_ -> alive())
                        .orElseThrow(() -> gone(new IOException("no such process")));
        try {
            var pipe = process.getOutputStream();
            pipe.write(("keep " + seconds + " " + file + "\n").getBytes(StandardCharsets.UTF_8));
            pipe.flush();
            // It knows by now which runs it keeps; those of the next node are none of them.
            if (!"kept".equals(process.inputReader(StandardCharsets.US_ASCII).readLine())) {
                throw gone(new IOException("it does not answer"));
            }
            return keeper;
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private static SandboxException gone(IOException e) {
        return new SandboxException(
                SandboxException.Code.CLOSED,
                "The node's watcher process is gone, so nobody would end the runs if no node came "
                        + "to adopt them. Try again.",
                e);
    }

    @Override
    public void close() {
        try (var pipe = process.getOutputStream()) {
            pipe.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It is gone already; there is nothing left to tell it.
            return;
        }
    }
}
