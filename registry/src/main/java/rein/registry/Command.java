package rein.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a short helper program to its end: bounded time, bounded output, an environment of ours.
 *
 * @param status the exit code
 * @param output the first bytes of standard output and standard error together
 */
record Command(int status, String output) {
    /** initdb says a few kilobytes; what comes after is read and thrown away. */
    private static final int OUTPUT_BYTES_MAX = 64 * 1024;

    /**
     * A fixed environment: nothing of the caller's LD_PRELOAD, PGDATA or locale reaches a child.
     */
    static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
                    "LC_ALL", "C",
                    "TZ", "UTC");

    boolean succeeded() {
        return status == 0;
    }

    /**
     * Runs it and waits for its end.
     *
     * @param input given to the program's standard input
     * @throws IOException when it cannot be started, or does not end in time (it is killed then)
     */
    static Command run(List<String> arguments, String input, long secondsMax) throws IOException {
        Process process = builder(arguments).redirectErrorStream(true).start();
        Thread reaper =
                Thread.ofVirtual()
                        .name("rein-command-timeout")
                        .start(() -> killAfter(process, secondsMax));
        try (InputStream out = process.getInputStream()) {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            } catch (IOException e) {
                // It ended without reading; its exit code tells.
            }
            byte[] head = out.readNBytes(OUTPUT_BYTES_MAX);
            out.transferTo(OutputStream.nullOutputStream());
            return new Command(process.waitFor(), new String(head, UTF_8).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + arguments.getFirst() + " ran", e);
        } finally {
            process.destroyForcibly();
            reaper.interrupt();
        }
    }

    static ProcessBuilder builder(List<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(arguments).directory(new File("/"));
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        return builder;
    }

    private static void killAfter(Process process, long secondsMax) {
        try {
            if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            // The program ended in time.
        }
    }
}
