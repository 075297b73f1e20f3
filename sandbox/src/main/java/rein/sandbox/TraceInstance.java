package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A tracing buffer of the node's own in the kernel (tracefs, {@code instances/}): it sees exec,
 * fork and exit of the processes whose ids are written to {@link #join()} and of their descendants.
 * The file system is held by a descriptor and mounted nowhere; the instance itself outlives a crash
 * and is removed at the next start by its name.
 */
final class TraceInstance implements AutoCloseable {
    /** Per processor; some 40,000 events, which a fork bomb fills in a second. */
    private static final int BUFFER_KIB = 4096;

    /** The inode of the first process-id namespace (PROC_PID_INIT_INO): events use its numbers. */
    private static final String FIRST_PID_NAMESPACE = "pid:[4026531836]";

    private static final List<String> EVENTS =
            List.of("sched_process_exec", "sched_process_fork", "sched_process_exit");

    private final Linux linux;
    private final int mount;
    private final Path folder;

    private TraceInstance(Linux linux, int mount, Path folder) {
        this.linux = linux;
        this.mount = mount;
        this.folder = folder;
    }

    /**
     * @param anchor a process that lives as long as the node and starts nothing: with no id at all
     *     the kernel would trace the whole machine
     * @throws SandboxException {@code UNSUPPORTED} with the reason
     */
    static TraceInstance open(Linux linux, String name, long anchor) {
        requireFirstPidNamespace();
        int mount = new Mounts(linux).detachedMount("tracefs");
        Path root =
                Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", "" + mount);
        Path folder = root.resolve("instances").resolve(name);
        try {
            remove(folder);
            Files.createDirectory(folder);
        } catch (IOException e) {
            linux.close(mount);
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED,
                    "No trace instance can be made (" + e + "), so program starts are not seen.",
                    e);
        }
        TraceInstance instance = new TraceInstance(linux, mount, folder);
        try {
            instance.setUp(anchor);
            return instance;
        } catch (SandboxException e) {
            instance.close();
            throw e;
        }
    }

    private static void requireFirstPidNamespace() {
        try {
            String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            if (!namespace.equals(FIRST_PID_NAMESPACE)) {
                throw new SandboxException(
                        SandboxException.Code.UNSUPPORTED,
                        "The node runs in a container's process-id namespace, whose numbers the "
                                + "kernel's trace does not use; program starts are not seen. Run "
                                + "the node on the host.");
            }
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED, "/proc is not readable: " + e, e);
        }
    }

    private void setUp(long anchor) {
        set("tracing_on", "0");
        set("set_event_pid", Long.toString(anchor));
        set("options/event-fork", "1");
        set("trace_clock", "boot");
        set("buffer_size_kb", Integer.toString(BUFFER_KIB));
        // Wake the reader at the first event, not when the buffer is half full.
        set("buffer_percent", "0");
        for (String event : EVENTS) {
            set("events/sched/" + event + "/enable", "1");
        }
        set("tracing_on", "1");
    }

    private void set(String file, String value) {
        KernelFile.write(folder.resolve(file), value);
    }

    /** The file into which a process writes its id to be observed. */
    String join() {
        return folder.resolve("set_event_pid").toString();
    }

    /** For poll(2); non-blocking. */
    int pipe() {
        return linux.open(folder.resolve("trace_pipe").toString(), Linux.O_NONBLOCK);
    }

    private static void remove(Path folder) throws IOException {
        Files.deleteIfExists(folder);
    }

    @Override
    public void close() {
        try {
            KernelFile.tryWrite(folder.resolve("tracing_on"), "0");
            remove(folder);
        } catch (IOException e) {
            // Someone else reads it; the next start of this node removes it.
            return;
        } finally {
            linux.close(mount);
        }
    }
}
