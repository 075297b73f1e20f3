package rein.server.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import rein.registry.DataFolder;
import rein.server.http.ProblemException;

/** Starts a control plane with a node when a command needs one and none is running. */
final class BackgroundNode {
    /** The first start ever unpacks and initialises a database; a loaded machine takes its time. */
    private static final int START_SECONDS_MAX = 60;

    private static final long POLL_MILLIS = 50;

    private final Path dataFolder;

    BackgroundNode(Path dataFolder) {
        this.dataFolder = dataFolder;
    }

    /**
     * Returns when something answers.
     *
     * @throws CommandException with the start's own last lines when it does not come up
     */
    void ensure(ControlPlaneClient client, Optional<PrintWriter> say) {
        if (client.answers()) {
            return;
        }
        say.ifPresent(err -> {
            err.println("rein: no node is running; starting one (stop it with: rein up --stop)");
            err.flush();
        });
        Path log = dataFolder.resolve("rein.log");
        try {
            if (!Files.exists(dataFolder)) {
                Files.createDirectories(dataFolder.toAbsolutePath().getParent());
                create();
            }
            Process process =
                    new ProcessBuilder(
                                    List.of(
                                            "setsid",
                                            System.getProperty("rein.launcher", "rein"),
                                            "up",
                                            "--data",
                                            dataFolder.toString()))
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
            ProcessHandle starting = process.toHandle();
            for (long waited = 0; waited < START_SECONDS_MAX * 1_000L; waited += POLL_MILLIS) {
                if (client.answers()) {
                    return;
                }
                if (ended(starting)) {
                    // Another start may have been faster; its node is as good as ours.
                    Optional<ProcessHandle> other =
                            starting.pid() == process.pid()
                                    ? DataFolder.holder(dataFolder)
                                    : Optional.empty();
                    starting =
                            other.orElseThrow(() ->
                                    new CommandException(
                                            2, "the node did not start: " + lastLine(log)));
                }
            }
            throw new CommandException(
                    2, "the node did not come up within " + START_SECONDS_MAX + " s; see " + log);
        } catch (IOException e) {
            throw new CommandException(
                    2, "the node could not be started: " + ProblemException.why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(2, "interrupted while the node started");
        }
    }

    private void create() throws IOException {
        try {
            Files.createDirectory(
                    dataFolder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // Another start was faster; the node checks the folder like any other.
            return;
        }
    }

    /** Waits for the end of a process, no longer than one round. */
    private static boolean ended(ProcessHandle process) throws InterruptedException {
        try {
            process.onExit().get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process is no computation", e);
        }
    }

    private static String lastLine(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "it said nothing" : lines.getLast();
        } catch (IOException e) {
            return "see " + log;
        }
    }
}
