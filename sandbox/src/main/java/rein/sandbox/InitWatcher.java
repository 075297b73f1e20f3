package rein.sandbox;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The watcher of a node without root: a process outside every run that reads from a pipe the node
 * holds, and opens a pidfd of each init it is told of. When the node dies, however it dies, the
 * pipe ends and it kills them. Used by one thread at a time.
 */
final class InitWatcher implements AutoCloseable {
    private final Process process;

    private InitWatcher(Process process) {
        this.process = process;
    }

    static InitWatcher start(Architecture architecture) {
        String script =
                Script.of(
                        architecture,
                        "init-watcher.pl",
                        Syscall.PIDFD_OPEN,
                        Syscall.PIDFD_SEND_SIGNAL);
        ProcessBuilder builder =
                new ProcessBuilder(List.of("setsid", "perl", "-e", script))
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return new InitWatcher(Tool.start(builder));
    }

    /** Tells it of an init that lives; false when the watcher is gone. */
    boolean add(long init) {
        return tell("add " + init);
    }

    boolean remove(long init) {
        return tell("remove " + init);
    }

    private boolean tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            return false;
        }
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

    /** Lets go of the pipe as a crash of the node does. */
    void abandon() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    /** A node that ends in order has ended its runs. */
    @Override
    public void close() {
        var _ = tell("done");
    }
}
