package rein.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The running PostgreSQL. One platform thread starts it, reads what it says and waits for its end:
 * the parent-death signal follows the <em>thread</em> that started a process (prctl(2)), so that
 * thread has to live exactly as long as PostgreSQL. When this JVM is killed, the kernel interrupts
 * PostgreSQL, which shuts down in order.
 */
final class Postmaster {
    /** Replaying 256 MB of write-ahead log after a crash, on a slow disk. */
    private static final long READY_SECONDS_MAX = 60;

    /** One checkpoint of at most the shared buffers, 32 MB; then it is killed and replays later. */
    private static final long STOP_SECONDS_MAX = 10;

    private static final long KILL_SECONDS_MAX = 5;

    /** A longer line is a statement somebody sent; its head is enough. */
    private static final int LINE_BYTES_MAX = 4096;

    private static final String READY = "database system is ready to accept connections";

    private final Process process;
    private final Thread keeper;

    private Postmaster(Process process, Thread keeper) {
        this.process = process;
        this.keeper = keeper;
    }

    /**
     * Returns when it accepts connections.
     *
     * @throws RegistryException START_FAILED with the last lines that it said
     */
    static Postmaster start(List<String> command, PostgresLog log) throws RegistryException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        Thread keeper =
                Thread.ofPlatform()
                        .daemon()
                        .name("rein-postgres")
                        .start(() -> keep(command, log, started, ready));
        try {
            Process process = started.get();
            Postmaster postmaster = new Postmaster(process, keeper);
            boolean up;
            try {
                up = ready.get(READY_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                up = false;
            }
            if (!up) {
                postmaster.stop();
                throw failed(String.join(" / ", log.lastLines()));
            }
            return postmaster;
        } catch (ExecutionException e) {
            throw failed(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon(started);
            throw failed("interrupted");
        }
    }

    private static void keep(
            List<String> command,
            PostgresLog log,
            CompletableFuture<Process> started,
            CompletableFuture<Boolean> ready) {
        Process process;
        try {
            process = Command.builder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
        } catch (IOException e) {
            started.completeExceptionally(e);
            return;
        }
        if (!started.complete(process)) {
            process.destroyForcibly(); // Nobody waits for it any more.
        }
        try (InputStream in = new BufferedInputStream(process.getInputStream())) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    if (line.size() < LINE_BYTES_MAX) {
                        line.write(b);
                    }
                    continue;
                }
                String text = line.toString(UTF_8);
                line.reset();
                log.write(text);
                if (text.endsWith(READY)) {
                    ready.complete(true);
                }
            }
        } catch (IOException e) {
            log.write("rein: reading what PostgreSQL says failed: " + e.getMessage());
        }
        process.onExit().join(); // Not waitFor: an interrupt must not end this thread early.
        ready.complete(false);
    }

    private static void abandon(CompletableFuture<Process> started) {
        if (!started.cancel(false) && started.state() == Future.State.SUCCESS) {
            started.resultNow().destroyForcibly();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Fast shutdown with a bound, then a kill. Idempotent. */
    void stop() {
        boolean interrupted = Thread.interrupted();
        try {
            if (process.isAlive()) {
                // Java sends only TERM and KILL; TERM would wait for every client to leave.
                Command.run(
                        List.of("sh", "-c", "kill -INT \"$1\"", "sh", Long.toString(pid())),
                        "",
                        KILL_SECONDS_MAX);
            }
            if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor(KILL_SECONDS_MAX, TimeUnit.SECONDS);
            }
            keeper.join(TimeUnit.SECONDS.toMillis(KILL_SECONDS_MAX));
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RegistryException failed(String why) {
        return new RegistryException(
                RegistryException.Code.START_FAILED,
                "The embedded PostgreSQL did not start: "
                        + (why.isBlank() ? "it said nothing" : why));
    }
}
