package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run sees of the file system, as arguments of bubblewrap. The tables at the top are the
 * whole of it: never {@code /sys}, {@code /run}, a host socket or a device.
 */
final class RootView {
    static final String HOME = SandboxSpec.HOME;

    /** The run's own id inside; outside it is the dedicated one. */
    static final int INSIDE_ID = 1000;

    /** Where a run can write, besides its work folder. */
    static final List<String> SCRATCH = List.of("/tmp", "/var/tmp", "/dev/shm", HOME);

    /** From the host's {@code /etc}, read-only, where present: nothing that holds a secret. */
    private static final List<String> ETC =
            List.of(
                    "alternatives",
                    "ssl",
                    "pki",
                    "ca-certificates",
                    "ca-certificates.conf",
                    "ld.so.cache",
                    "ld.so.conf",
                    "ld.so.conf.d",
                    "localtime",
                    "timezone",
                    "os-release",
                    "debian_version",
                    "mime.types",
                    "protocols",
                    "services",
                    "terminfo",
                    "inputrc",
                    "magic",
                    "maven");

    /** JDK packages keep their configuration in {@code /etc/java-NN-…}. */
    private static final String ETC_JAVA_PREFIX = "java-";

    /** Top-level names that are links into {@code /usr} on merged systems. */
    private static final List<String> TOP =
            List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    /** Our own files, the same for every run. */
    private static final Map<String, String> OWN_ETC =
            Map.of(
                    "passwd",
                    """
                    root:x:0:0:root:/root:/usr/sbin/nologin
                    agent:x:1000:1000:agent:/home/agent:/bin/bash
                    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                    """,
                    "group",
                    "root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n",
                    "hosts",
                    "127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.1.1 agent\n",
                    "hostname",
                    "agent\n",
                    "resolv.conf",
                    "nameserver " + RunNetwork.ADDRESS + "\noptions timeout:2 attempts:2\n",
                    "nsswitch.conf",
                    """
                    passwd: files
                    group: files
                    shadow: files
                    hosts: files dns
                    services: files
                    protocols: files
                    networks: files
                    """);

    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "PATH", SandboxSpec.PATH,
                    "HOME", HOME,
                    "USER", "agent",
                    "LOGNAME", "agent",
                    "SHELL", "/bin/bash",
                    "LANG", "C.UTF-8");

    private static final List<Path> BINARIES =
            List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin"));

    /**
     * A folder of the host over which the launcher mounts its scratch, seen by it alone. The run's
     * uid can reach it; no program, class path or work folder lies below it.
     */
    private static final String STAGING = "/run";

    /** In the staging folder. */
    static final String WORKDIR = "workdir";

    private final SortedMap<String, String> mapped = new TreeMap<>();
    private final SortedMap<String, String> readOnly = new TreeMap<>();
    private final SortedMap<String, String> files = new TreeMap<>();
    private final List<String> arguments = new ArrayList<>();
    private final List<Shown> shown = new ArrayList<>();

    private RootView() {}

    /**
     * @param workdir as {@link WorkdirCheck} returned it
     * @param runId the dedicated uid and gid outside
     * @param network and {@code mapping} as {@link LaunchPlan} has them
     */
    static LaunchPlan plan(
            Linux linux,
            SandboxSpec spec,
            Path workdir,
            List<Guard> guards,
            int runId,
            List<String> joins,
            String trace,
            String network,
            String mapping) {
        RootView view = of(spec, workdir);
        List<String> command = new ArrayList<>();
        String id = Integer.toString(runId);
        command.addAll(
                List.of(
                        binary("setpriv"),
                        "--reuid",
                        id,
                        "--regid",
                        id,
                        "--clear-groups",
                        "--no-new-privs",
                        "--"));
        command.add(binary("bwrap"));
        command.addAll(List.of("--args", Integer.toString(Launch.ARGUMENTS_FD), "--"));
        command.addAll(List.of(binary("env"), "--default-signal=INT,QUIT,TERM", "--"));
        command.addAll(spec.command());
        // On a descriptor, so that no process list shows the run's environment.
        view.files.put(Launch.ARGUMENTS, String.join("\0", view.arguments) + "\0");
        byte[] seccomp = Seccomp.program(linux.architecture());
        return new LaunchPlan(
                joins,
                trace,
                network,
                mapping,
                STAGING,
                view.mapped,
                view.readOnly,
                view.files,
                guards.stream()
                        .collect(
                                Collectors.toMap(
                                        Guard::path, Guard::kind, (a, _) -> a, TreeMap::new)),
                runId,
                Base64.getEncoder().encodeToString(seccomp),
                command);
    }

    private static RootView of(SandboxSpec spec, Path workdir) {
        RootView view = new RootView();
        view.namespaces();
        view.environment(spec.environment());
        view.system();
        view.scratch(spec.limits().scratchBytes());
        view.home(spec);
        view.etc();
        view.workdir(workdir);
        view.extra(spec);
        view.seal();
        return view;
    }

    /** What a run would see, in the order in which it is laid out; makes nothing. */
    static List<Shown> shown(SandboxSpec spec, Path workdir) {
        return List.copyOf(of(spec, workdir).shown);
    }

    /** The plan's command for a process that has the run's uid already. */
    static List<String> withoutChangeOfUid(List<String> command) {
        return command.subList(command.indexOf("--") + 1, command.size());
    }

    /** The programs that a run starts before its command, in this order. */
    static List<String> starters() {
        return List.of(binary("setpriv"), binary("bwrap"), binary("env"));
    }

    private static String binary(String name) {
        return BINARIES.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseThrow(() ->
                        new SandboxException(
                                SandboxException.Code.TOOL,
                                "The program '"
                                        + name
                                        + "' is missing. Install it: apt-get install -y "
                                        + "bubblewrap util-linux coreutils"));
    }

    private void add(String... words) {
        arguments.addAll(List.of(words));
    }

    private void namespaces() {
        String id = Integer.toString(INSIDE_ID);
        add("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts");
        add("--unshare-cgroup", "--disable-userns", "--uid", id, "--gid", id);
        add("--hostname", "agent", "--die-with-parent", "--cap-drop", "ALL");
        add("--seccomp", Integer.toString(Launch.SECCOMP_FD));
    }

    private void environment(SortedMap<String, String> given) {
        SortedMap<String, String> all = new TreeMap<>(ENVIRONMENT);
        all.putAll(given);
        add("--clearenv");
        all.forEach((name, value) -> add("--setenv", name, value));
    }

    private void show(String path, String mode, String why) {
        shown.add(new Shown(path, mode, why));
    }

    private void system() {
        add("--ro-bind", "/usr", "/usr");
        show("/usr", Shown.READ_ONLY, "the system's programs and libraries");
        for (String name : TOP) {
            Path path = Path.of("/", name);
            if (Files.isSymbolicLink(path)) {
                add("--symlink", target(path), path.toString());
            } else if (Files.isDirectory(path)) {
                add("--ro-bind", path.toString(), path.toString());
                show(path.toString(), Shown.READ_ONLY, "the system's programs and libraries");
            }
        }
        show("/proc", Shown.OWN, "the run's own processes");
        show("/dev", Shown.OWN, "null, zero, random, terminals; no device of the host");
        add("--proc", "/proc", "--dev", "/dev");
        add("--dir", "/run", "--dir", "/var/tmp");
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SPEC, link + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void scratch(long bytes) {
        for (String folder : SCRATCH) {
            String mode = folder.equals(HOME) ? "0755" : "1777";
            add("--perms", mode, "--size", Long.toString(bytes), "--tmpfs", folder);
            show(folder, Shown.OWN, "scratch of the run, " + bytes + " bytes, gone at its end");
        }
    }

    /** State first: settings are files in it. */
    private void home(SandboxSpec spec) {
        spec.state()
                .forEach((path, folder) -> {
                    String name = "state" + mapped.size();
                    mapped.put(name, (Files.exists(folder) ? real(folder) : folder).toString());
                    add("--bind", STAGING + "/" + name, HOME + "/" + path);
                    show(HOME + "/" + path, Shown.READ_WRITE, "the agent's own, kept in " + folder);
                });
        spec.settings()
                .forEach((path, file) -> {
                    String name = "settings" + readOnly.size();
                    readOnly.put(name, real(file).toString());
                    add("--ro-bind", STAGING + "/" + name, HOME + "/" + path);
                    show(HOME + "/" + path, Shown.READ_ONLY, "your settings, " + file);
                });
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SPEC, "There is no file or folder " + path + ".", e);
        }
    }

    private void etc() {
        Path etc = Path.of("/etc");
        List<String> names = new ArrayList<>(ETC);
        try (Stream<Path> all = Files.list(etc)) {
            all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(ETC_JAVA_PREFIX))
                    .sorted()
                    .forEach(names::add);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SPEC, "/etc cannot be read: " + e.getMessage(), e);
        }
        for (String name : names) {
            if (Files.exists(etc.resolve(name))) {
                add("--ro-bind", "/etc/" + name, "/etc/" + name);
                show("/etc/" + name, Shown.READ_ONLY, "the system's settings; no secret");
            }
        }
        new TreeMap<>(OWN_ETC).forEach((name, content) -> file("/etc/" + name, content));
    }

    private void file(String path, String content) {
        String name = "file" + files.size();
        files.put(name, content);
        add("--ro-bind", STAGING + "/" + name, path);
        show(path, Shown.OWN, "a file that Rein writes for the run");
    }

    private void extra(SandboxSpec spec) {
        for (Path path : spec.readOnly()) {
            Path real = real(path);
            if (WorkdirCheck.OWN.stream().anyMatch(own -> real.startsWith(own) && !etcFile(real))
                    || real.getParent() == null
                    || !(Files.isRegularFile(real) || Files.isDirectory(real))) {
                throw new SandboxException(
                        SandboxException.Code.SPEC,
                        path
                                + " may not be shown to a run: it is, or may hold, a device or socket.");
            }
            String name = "ro" + readOnly.size();
            readOnly.put(name, real.toString());
            add("--ro-bind", STAGING + "/" + name, path.toString());
            show(path.toString(), Shown.READ_ONLY, "asked for, or part of the program");
        }
        spec.mounts()
                .forEach((to, from) -> {
                    String name = "ro" + readOnly.size();
                    readOnly.put(name, from.toString());
                    add("--ro-bind", STAGING + "/" + name, to.toString());
                });
        spec.files().forEach(this::file);
    }

    /** A single file of {@code /etc}, such as a package client's settings, may be named. */
    private static boolean etcFile(Path real) {
        return real.startsWith("/etc") && Files.isRegularFile(real);
    }

    /** The work folder; what in it the run may not change is laid over it by the launcher. */
    private void workdir(Path workdir) {
        mapped.put(WORKDIR, workdir.toString());
        add("--bind", STAGING + "/" + WORKDIR, workdir.toString());
        show(workdir.toString(), Shown.READ_WRITE, "the work folder");
        String copies = GuardedTree.COPIES;
        add("--bind", STAGING + "/" + GuardedTree.COPIES_STAGED, copies);
        add("--chdir", workdir.toString());
    }

    /** What bubblewrap builds everything on would be one more place to write to. */
    private void seal() {
        add("--remount-ro", "/dev", "--remount-ro", "/");
    }
}
