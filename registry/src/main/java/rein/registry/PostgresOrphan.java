package rein.registry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends what an earlier crash left running on this cluster. A process counts as ours only when its
 * working folder <em>is</em> the cluster and its program <em>is</em> one of our PostgreSQL binaries
 * (same device and inode, through /proc/PID/cwd and /proc/PID/exe, which also holds across mount
 * namespaces). The number in {@code postmaster.pid} alone proves nothing: it may be reused.
 */
final class PostgresOrphan {
    /** A shutdown writes one checkpoint of at most the shared buffers, 32 MB. */
    private static final long POLITE_SECONDS_MAX = 10;

    private static final long KILL_SECONDS_MAX = 5;

    private PostgresOrphan() {}

    /**
     * Ends them and waits.
     *
     * @return how many processes were ended
     * @throws RegistryException START_FAILED when one of them does not end
     */
    static int stop(PostgresFolder layout) throws RegistryException {
        // The handle knows the start time, so a signal never reaches a later user of the number.
        List<ProcessHandle> ours = find(layout);
        // Only the postmaster is asked: it ends its children in order. A child without postmaster
        // notices that and ends by itself.
        ours.stream().filter(process -> !isChild(process, ours)).forEach(ProcessHandle::destroy);
        if (!ended(ours, POLITE_SECONDS_MAX)) {
            ours.forEach(ProcessHandle::destroyForcibly);
            if (!ended(ours, KILL_SECONDS_MAX)) {
                throw new RegistryException(
                        RegistryException.Code.START_FAILED,
                        "PostgreSQL processes of an earlier run do not end: "
                                + ours.stream().map(ProcessHandle::pid).toList());
            }
        }
        if (!ours.isEmpty()) {
            // One that was forked while the others were told to end.
            List<ProcessHandle> late = find(layout);
            late.forEach(ProcessHandle::destroyForcibly);
            ended(late, KILL_SECONDS_MAX);
        }
        return ours.size();
    }

    static List<ProcessHandle> find(PostgresFolder layout) throws RegistryException {
        List<ProcessHandle> found = new ArrayList<>();
        try {
            List<Path> programs = programs(layout);
            try (DirectoryStream<Path> processes =
                    Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    ProcessHandle.of(pid)
                            .filter(handle -> isOurs(process, layout, programs))
                            .ifPresent(found::add);
                }
            }
            return List.copyOf(found);
        } catch (IOException e) {
            throw new RegistryException(
                    RegistryException.Code.START_FAILED,
                    "Could not look for PostgreSQL processes of an earlier run ("
                            + DataFolder.reason(e)
                            + ").",
                    e);
        }
    }

    private static List<Path> programs(PostgresFolder layout) throws IOException {
        List<Path> programs = new ArrayList<>();
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(layout.binaries())) {
            for (Path version : versions) {
                programs.add(new PostgresBinaries(version).postgres());
            }
        }
        return programs;
    }

    private static boolean isOurs(Path process, PostgresFolder layout, List<Path> programs) {
        Path workingFolder = process.resolve("cwd");
        return (isSame(workingFolder, layout.cluster())
                        || isSame(workingFolder, layout.newCluster()))
                && programs.stream().anyMatch(program -> isSame(process.resolve("exe"), program));
    }

    private static boolean isSame(Path link, Path file) {
        try {
            return Files.isSameFile(link, file);
        } catch (IOException e) {
            // It ended meanwhile, is absent, or is somebody's whose processes we may not see.
            return false;
        }
    }

    private static boolean isChild(ProcessHandle process, List<ProcessHandle> ours) {
        return process.parent().filter(ours::contains).isPresent();
    }

    private static boolean ended(List<ProcessHandle> processes, long secondsMax)
            throws RegistryException {
        for (ProcessHandle process : processes) {
            try {
                process.onExit().get(secondsMax, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryException(
                        RegistryException.Code.START_FAILED, "Interrupted while starting.", e);
            }
        }
        return true;
    }
}
