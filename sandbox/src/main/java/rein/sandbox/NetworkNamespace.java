package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A network namespace held by a descriptor of this process and by nothing else: it has no name in
 * the file system, so a crash leaves nothing behind. Others enter it through {@link #path()}.
 *
 * <p>Work inside runs on a platform thread made for it, since the namespace sticks to the thread;
 * sockets opened there stay in the namespace when the thread has ended.
 */
public final class NetworkNamespace implements AutoCloseable {
    /** Bounds work inside: a handful of binds and one or two tools. */
    private static final int WORK_MILLIS_MAX = 30_000;

    private final Linux linux;
    private final int fd;

    /** Entered along with it where this process is not root; negative where it is. */
    private final int user;

    private final AtomicBoolean closed = new AtomicBoolean();

    private NetworkNamespace(Linux linux, int fd, int user) {
        this.linux = linux;
        this.fd = fd;
        this.user = user;
    }

    /**
     * A namespace with nothing in it but a loopback interface that is down.
     *
     * @throws SandboxException when the kernel refuses, as it does without root
     */
    public static NetworkNamespace create(Linux linux) {
        int fd =
                onThread(() -> {
                    linux.unshare(Linux.CLONE_NEWNET);
                    return linux.open("/proc/thread-self/ns/net", Linux.O_RDONLY);
                });
        return new NetworkNamespace(linux, fd, -1);
    }

    /** A namespace that somebody else made; closes the descriptor when it is closed. */
    static NetworkNamespace of(Linux linux, int fd) {
        return new NetworkNamespace(linux, fd, -1);
    }

    /**
     * As {@link #of(Linux, int)}, with the user namespace that owns it, which stays the caller's.
     */
    static NetworkNamespace of(Linux linux, int fd, int user) {
        return new NetworkNamespace(linux, fd, user);
    }

    /** Runs a tool inside and hands back what it printed. */
    String tool(List<String> command) {
        if (user < 0) {
            return inside(() -> Tool.run(command, ""));
        }
        String script =
                Script.of(
                        linux.architecture(),
                        "enter.pl",
                        Syscall.SETNS,
                        Syscall.CAPGET,
                        Syscall.CAPSET,
                        Syscall.PRCTL);
        List<String> entered = new ArrayList<>(List.of("perl", "-", path(user), path(fd)));
        entered.addAll(command);
        return Tool.run(entered, script);
    }

    private static String path(int fd) {
        return "/proc/" + ProcessHandle.current().pid() + "/fd/" + fd;
    }

    /**
     * The namespace in which a process lives, if it is the expected one: the process may have
     * ended, and its number may be another's by now.
     *
     * @param identity as {@link #identity} said it
     */
    static Optional<NetworkNamespace> of(Linux linux, long pid, String identity) {
        int fd;
        try {
            fd = linux.open("/proc/" + pid + "/ns/net", Linux.O_RDONLY);
        } catch (SandboxException e) {
            return Optional.empty();
        }
        NetworkNamespace namespace = new NetworkNamespace(linux, fd, -1);
        if (namespace.identity().equals(identity)) {
            return Optional.of(namespace);
        }
        namespace.close();
        return Optional.empty();
    }

    /** How the kernel tells it from every other that exists, for example {@code net:[4026532]}. */
    String identity() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(fd)))
                    .toString();
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED, "/proc is not readable: " + e, e);
        }
    }

    /** Runs work in the namespace and hands back its result or its unchecked exception. */
    public <T> T inside(Callable<T> work) {
        if (closed.get()) {
            throw new SandboxException(
                    SandboxException.Code.CLOSED, "The network namespace is closed.");
        }
        return onThread(() -> {
            linux.setns(fd, Linux.CLONE_NEWNET);
            return work.call();
        });
    }

    private static <T> T onThread(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().name("network-namespace").daemon().start(task);
        try {
            return task.get(WORK_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SandboxException refused) {
                throw refused;
            }
            throw new SandboxException(
                    SandboxException.Code.SYSTEM_CALL,
                    "Work in a network namespace failed: " + e.getCause(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException(SandboxException.Code.CLOSED, "Interrupted.", e);
        } catch (TimeoutException e) {
            throw new SandboxException(
                    SandboxException.Code.TOOL,
                    "Work in a network namespace took over " + WORK_MILLIS_MAX + " ms.",
                    e);
        }
    }

    /** For {@code nsenter --net=} and setns(2) of other processes, while this one lives. */
    public String path() {
        return path(fd);
    }

    /** The command as one that runs inside. */
    public List<String> command(List<String> command) {
        List<String> entered = new ArrayList<>(List.of("nsenter", "--net=" + path(), "--"));
        entered.addAll(command);
        return entered;
    }

    /** Runs lines of ip(8) inside, for example {@code link set lo up}. */
    public void ip(String lines) {
        inside(() -> Tool.run(List.of("ip", "-batch", "-"), lines));
    }

    /** Loads an nft(8) rule set inside. */
    public void nft(String rules) {
        inside(() -> Tool.run(List.of("nft", "-f", "-"), rules));
    }

    /** Joins two namespaces by a cable; both ends are up, without addresses. */
    public void connect(String end, NetworkNamespace other, String otherEnd) {
        inside(() ->
                Tool.run(
                        List.of(
                                "ip",
                                "link",
                                "add",
                                "name",
                                end,
                                "type",
                                "veth",
                                "peer",
                                "name",
                                otherEnd,
                                "netns",
                                other.path()),
                        ""));
        ip("link set " + end + " up\n");
        other.ip("link set " + otherEnd + " up\n");
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            linux.close(fd);
        }
    }
}
