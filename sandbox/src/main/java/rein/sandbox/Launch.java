package rein.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Turns the process that calls it into the run: joins the run's groups and namespaces, then
 * replaces itself by the command, so that no JVM stays. Terminal, standard streams and session are
 * inherited. Called on the main thread of a short-lived JVM of the caller's.
 */
public final class Launch {
    private static final int SIGNALS = 64;
    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGQUIT = 3;
    private static final int SIGTERM = 15;
    private static final Set<Integer> FOR_THE_COMMAND = Set.of(SIGINT, SIGQUIT, SIGTERM);

    /** Descriptors on which bubblewrap gets its arguments and the filter. */
    static final int ARGUMENTS_FD = 8;

    static final int SECCOMP_FD = 9;

    /** The name of bubblewrap's arguments among the plan's files. */
    static final String ARGUMENTS = "arguments";

    /** The launcher makes the run's network itself, before it reads the plan. */
    static final String OWN_NETWORK = "--own-network";

    /** The name among the plan's files of how many processes there may be, where no cgroup says. */
    static final String PROCESSES = "processes";

    private record Tree(String name, int mount, boolean folder) {}

    private Launch() {}

    /**
     * Carries out the plan in the named file, or on standard input where none is named and the
     * command needs no input. Ends with an exception when it failed.
     */
    public static void main(String[] arguments) throws IOException {
        boolean ownNetwork = arguments.length == 1 && arguments[0].equals(OWN_NETWORK);
        if (ownNetwork) {
            LauncherNetwork.open(Linux.host());
        }
        byte[] plan =
                arguments.length == 0 || ownNetwork
                        ? System.in.readNBytes(LaunchPlan.BYTES_MAX)
                        : Files.readAllBytes(Path.of(arguments[0]));
        throw exec(Linux.host(), LaunchPlan.fromBytes(plan));
    }

    /**
     * Does not come back but with a failure. The process has then lost its former namespaces: print
     * the message and exit.
     */
    public static SandboxException exec(Linux linux, LaunchPlan plan) {
        try {
            linux.unshare(Linux.CLONE_NEWNS);
            new Mounts(linux).mount("none", "/", "none", Mounts.MS_REC_PRIVATE, "");
            Path staging = stage(linux, plan);
            if (!plan.networkNamespace().isEmpty()) {
                enterNetwork(linux, plan.networkNamespace());
            }
            String self = Long.toString(ProcessHandle.current().pid());
            plan.joins().forEach(file -> KernelFile.write(Path.of(file), self));
            observe(plan.trace(), self);
            SortedMap<Integer, Integer> passed = new TreeMap<>();
            passed.put(ARGUMENTS_FD, linux.openToPass(staging.resolve(ARGUMENTS).toString()));
            passed.put(SECCOMP_FD, linux.openToPass(staging.resolve("seccomp").toString()));
            resetSignals(linux);
            linux.clearAmbientCapabilities();
            if (plan.files().containsKey(PROCESSES)) {
                linux.limitProcesses(Integer.parseInt(plan.files().get(PROCESSES)));
            }
            if (plan.trace().equals(LaunchPlan.NOTIFY)) {
                linux.filterWithListener(
                        Seccomp.notifyOfStarts(linux.architecture()), LauncherNetwork.NOTIFY_FD);
            }
            return linux.execve(plan.command(), List.of(), passed);
        } catch (SandboxException e) {
            return e;
        } catch (IOException e) {
            return new SandboxException(
                    SandboxException.Code.SYSTEM_CALL,
                    "The run's files could not be prepared: " + e.getMessage(),
                    e);
        }
    }

    /**
     * The kernel decides at a task switch whether to trace a thread. This thread becomes the
     * process's first at execve(2) without one, so both its numbers are given.
     */
    private static void observe(String trace, String self) throws IOException {
        if (!trace.isEmpty() && !trace.equals(LaunchPlan.NOTIFY)) {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            KernelFile.write(Path.of(trace), self + " " + thread.getFileName());
        }
    }

    /** Each mount is copied, then attached below a scratch that only this process sees. */
    private static Path stage(Linux linux, LaunchPlan plan) throws IOException {
        Mounts mounts = new Mounts(linux);
        List<Tree> trees = new ArrayList<>();
        boolean mapped = !plan.idMapping().isEmpty();
        int mapping = mapped ? linux.open(plan.idMapping(), Linux.O_RDONLY) : -1;
        for (Map.Entry<String, String> entry : plan.mapped().entrySet()) {
            // Without a mapping the launcher is in a user namespace of its caller's, where what is
            // mounted below may not be left out.
            int mount = copied(linux, mounts, entry.getValue(), !mapped);
            int errno = mapped ? mounts.idMap(mount, mapping) : 0;
            if (errno != 0) {
                throw notMappable(entry.getValue(), errno);
            }
            trees.add(new Tree(entry.getKey(), mount, true));
        }
        for (Map.Entry<String, String> entry : plan.readOnly().entrySet()) {
            boolean folder = Files.isDirectory(Path.of(entry.getValue()));
            int mount = copied(linux, mounts, entry.getValue(), true);
            trees.add(new Tree(entry.getKey(), mount, folder));
        }
        Path staging = Files.createDirectories(Path.of(plan.staging()));
        mounts.mount("rein", plan.staging(), "tmpfs", Mounts.MS_NOSUID_NODEV, "mode=0755");
        for (Tree tree : trees) {
            attach(mounts, tree, staging);
        }
        new GuardedTree(linux, staging, plan.runId())
                .lay(staging.resolve(RootView.WORKDIR), plan.guards());
        for (Map.Entry<String, String> file : plan.files().entrySet()) {
            Files.write(
                    staging.resolve(file.getKey()),
                    file.getValue().getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE_NEW);
        }
        Files.write(staging.resolve("seccomp"), Base64.getDecoder().decode(plan.seccomp()));
        return staging;
    }

    private static void attach(Mounts mounts, Tree tree, Path staging) throws IOException {
        Path target = staging.resolve(tree.name());
        if (tree.folder()) {
            Files.createDirectory(target);
        } else {
            Files.createFile(target);
        }
        mounts.moveMount(tree.mount(), target.toString());
    }

    /** INVARIANT: the path was real when it was judged; a link in it by now is refused. */
    private static int copied(Linux linux, Mounts mounts, String real, boolean recursive) {
        int opened = Beneath.openReal(linux, Path.of(real));
        try {
            return mounts.copy(opened, recursive);
        } finally {
            linux.close(opened);
        }
    }

    private static SandboxException notMappable(String folder, int errno) throws IOException {
        String type = Files.getFileStore(Path.of(folder)).type();
        return new SandboxException(
                SandboxException.Code.SPEC,
                "The work folder "
                        + folder
                        + " is on a file system ("
                        + type
                        + ") that cannot show its files as the run's own ("
                        + Errno.name(errno)
                        + "). Put the work folder on ext4, xfs, btrfs or tmpfs.",
                errno);
    }

    private static void enterNetwork(Linux linux, String path) {
        int fd = linux.open(path, Linux.O_RDONLY);
        linux.setns(fd, Linux.CLONE_NEWNET);
        linux.close(fd);
    }

    /**
     * The JVM's handlers go. What is sent to the whole foreground or process group (Ctrl-C,
     * Ctrl-\\, a polite termination) is for the command, not for bubblewrap, which would die and
     * take the command along: it is ignored here and set back to default inside by env(1). A
     * hang-up that was ignored ({@code nohup}) stays ignored.
     */
    private static void resetSignals(Linux linux) {
        boolean nohup = linux.ignored(SIGHUP);
        for (int signal = 1; signal <= SIGNALS; signal++) {
            boolean ignore = FOR_THE_COMMAND.contains(signal) || (signal == SIGHUP && nohup);
            var _ = linux.disposition(signal, ignore);
        }
        linux.unblockSignals();
    }
}
