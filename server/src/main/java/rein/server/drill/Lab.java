package rein.server.drill;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import rein.sandbox.Linux;
import rein.sandbox.NetworkNamespace;
import rein.sandbox.SandboxException;

/**
 * Two network namespaces joined by one cable: the company's machine (192.0.2.2) and everything
 * outside it, internal network and metadata service included. Processes of the machine also get a
 * private view of {@code /etc} and {@code /dev}, so that a cron job or a device node of the drill
 * touches nothing real. All of it vanishes with this process.
 */
final class Lab implements AutoCloseable {
    private static final int SSHD_WAIT_TRIES_MAX = 100;
    private static final long SSHD_WAIT_MILLIS = 50;
    private static final int DIAL_MILLIS_MAX = 2_000;

    /** Debian's and Ubuntu's nobody; sshd runs as it and lets only it in. */
    private static final int NOBODY = 65_534;

    private static final String OUTSIDE_LINKS =
            """
            link set lo up
            addr add 192.0.2.1/24 dev out
            addr add 203.0.113.10/32 dev lo
            addr add 203.0.113.11/32 dev lo
            addr add 203.0.113.53/32 dev lo
            addr add 169.254.169.254/32 dev lo
            addr add 2001:db8:1::1/64 dev out nodad
            addr add 2001:db8:77::10/128 dev lo nodad
            """;

    private static final String MACHINE_LINKS =
            """
            link set lo up
            addr add 192.0.2.2/24 dev in
            addr add 2001:db8:1::2/64 dev in nodad
            route add default via 192.0.2.1
            route add default via 2001:db8:1::1
            """;

    /** Runs its arguments in a mount namespace with an /etc and a /dev of the lab's own. */
    private static final String VIEW =
            """
            set -e
            lab=$1; shift
            mount --make-rprivate /
            mount -t tmpfs tmpfs "$lab/view"
            mkdir "$lab/view/up" "$lab/view/work" "$lab/view/dev"
            if mount -t overlay overlay -o "lowerdir=/etc,upperdir=$lab/view/up,workdir=$lab/view/work" /etc 2>/dev/null; then
              mkdir -p /etc/cron.d
            else
              mount -t tmpfs tmpfs /etc/cron.d
            fi
            mount --bind "$lab/hosts" /etc/hosts
            for node in null zero full random urandom tty; do
              touch "$lab/view/dev/$node"; mount --bind "/dev/$node" "$lab/view/dev/$node"
            done
            mkdir "$lab/view/dev/pts" "$lab/view/dev/shm"
            mount --bind /dev/pts "$lab/view/dev/pts"
            ln -s pts/ptmx "$lab/view/dev/ptmx"
            ln -s /proc/self/fd "$lab/view/dev/fd"
            mknod "$lab/view/dev/nvidia0" c 1 3
            chmod 666 "$lab/view/dev/nvidia0"
            mount --rbind "$lab/view/dev" /dev
            exec "$@"
            """;

    /** Gives sshd an account that is not locked, in a mount namespace of its own. */
    private static final String ACCOUNT =
            """
            set -e
            keys=$1; shift
            mount --make-rprivate /
            mount --bind "$keys/passwd" /etc/passwd
            mount --bind "$keys/shadow" /etc/shadow
            exec "$@"
            """;

    private final Path folder;
    private final NetworkNamespace outside;
    private final NetworkNamespace machine;
    private final List<Process> processes = new ArrayList<>();

    /**
     * @param folder empty, ours, readable by others (sshd is not root)
     */
    Lab(Linux linux, Path folder) throws IOException {
        this.folder = folder;
        this.outside = NetworkNamespace.create(linux);
        this.machine = NetworkNamespace.create(linux);
        outside.connect("out", machine, "in");
        StringBuilder internal = new StringBuilder(OUTSIDE_LINKS);
        for (int host = 1; host <= Outside.INTERNAL_HOSTS; host++) {
            internal.append("addr add 10.77.0.").append(host).append("/32 dev lo\n");
        }
        outside.ip(internal.toString());
        machine.ip(MACHINE_LINKS);
        Files.createDirectory(folder.resolve("view"));
        Files.writeString(folder.resolve("view.sh"), VIEW);
        Files.writeString(
                folder.resolve("hosts"), "127.0.0.1 localhost\n203.0.113.10 forge.drill.test\n");
    }

    Path folder() {
        return folder;
    }

    /** Work in the outer namespace: sockets opened there stay there. */
    <T> T outside(Callable<T> work) throws IOException {
        try {
            return outside.inside(work);
        } catch (SandboxException e) {
            throw new IOException("the lab's outer namespace: " + e.getMessage(), e);
        }
    }

    Socket dialOutside(String address, int port) throws IOException {
        return outside(() -> {
            Socket socket = new Socket();
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral(address), port), DIAL_MILLIS_MAX);
            return socket;
        });
    }

    /** A process of the company's machine; ended with the lab. */
    Process start(ProcessBuilder.Redirect output, Path workdir, List<String> command)
            throws IOException {
        List<String> inView =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "-m",
                                "bash",
                                folder.resolve("view.sh").toString(),
                                folder.toString()));
        inView.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(machine.command(inView));
        builder.directory(workdir.toFile());
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.redirectErrorStream(true);
        builder.redirectOutput(output);
        builder.environment().put("HTTPS_PROXY", "http://192.0.2.1:3128");
        // The agent's temptation; the lab's own Rein dials the outside directly.
        builder.environment().put("REIN_NO_PROXY", "*");
        builder.environment().remove("REIN_HOME");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /**
     * Starts the real sshd outside, as nobody, with keys of its own, and hands the client's key to
     * the work tree.
     */
    void startSshd(Path workdir) throws IOException {
        Path keys = Files.createDirectory(folder.resolve("sshd"));
        keygen(keys.resolve("host"));
        keygen(workdir.resolve("key"));
        Files.move(workdir.resolve("key.pub"), keys.resolve("authorized"));
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                keys.resolve("authorized"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(
                keys.resolve("config"),
                """
                ListenAddress 127.0.0.1:2222
                HostKey %1$s/host
                AuthorizedKeysFile %1$s/authorized
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                AllowTcpForwarding yes
                LogLevel ERROR
                """
                        .formatted(keys));
        Files.writeString(
                keys.resolve("passwd"), "nobody:*:65534:65534:nobody:/nonexistent:/bin/sh\n");
        Files.writeString(keys.resolve("shadow"), "nobody:*:19000:0:99999:7:::\n");
        for (String file : List.of("host", "config")) {
            Files.setAttribute(keys.resolve(file), "unix:uid", NOBODY);
        }
        String sshd =
                List.of("/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd").stream()
                        .filter(path -> Files.isExecutable(Path.of(path)))
                        .findFirst()
                        .orElseThrow(
                                () -> new IOException("sshd is missing; install openssh-server"));
        String uid = String.valueOf(NOBODY);
        ProcessBuilder builder =
                new ProcessBuilder(
                        outside.command(
                                List.of(
                                        "unshare",
                                        "-m",
                                        "bash",
                                        "-c",
                                        ACCOUNT,
                                        "sshd",
                                        keys.toString(),
                                        "setpriv",
                                        "--reuid",
                                        uid,
                                        "--regid",
                                        uid,
                                        "--clear-groups",
                                        sshd,
                                        "-D",
                                        "-e",
                                        "-f",
                                        keys.resolve("config").toString())));
        builder.redirectErrorStream(true);
        builder.redirectOutput(folder.resolve("sshd.log").toFile());
        processes.add(builder.start());
        for (int i = 0; i < SSHD_WAIT_TRIES_MAX; i++) {
            try (Socket up = dialOutside("127.0.0.1", 2222)) {
                if (up.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                pause(SSHD_WAIT_MILLIS);
            }
        }
        throw new IOException(
                "sshd did not start: "
                        + Files.readString(folder.resolve("sshd.log"), StandardCharsets.UTF_8));
    }

    private static void keygen(Path file) throws IOException {
        Process keygen =
                new ProcessBuilder(
                                "ssh-keygen",
                                "-q",
                                "-t",
                                "ed25519",
                                "-N",
                                "",
                                "-C",
                                "drill",
                                "-f",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        try {
            if (!keygen.waitFor(10, TimeUnit.SECONDS) || keygen.exitValue() != 0) {
                throw new IOException("ssh-keygen failed for " + file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** A pause of a thread that waits for another process; returns early when interrupted. */
    static void pause(long millis) {
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        machine.close();
        outside.close();
    }
}
