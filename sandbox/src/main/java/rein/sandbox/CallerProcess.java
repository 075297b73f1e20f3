package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ordinary caller's launcher, held by a pidfd, with the user and network namespaces that it made
 * for its run. Nothing is taken on its word: whose process it is, and whose namespaces these are,
 * says the kernel.
 */
final class CallerProcess implements AutoCloseable {
    // include/uapi/linux/nsfs.h
    private static final int NS_GET_USERNS = 0xb701;
    private static final int NS_GET_PARENT = 0xb702;
    private static final int NS_GET_OWNER_UID = 0xb704;

    private final Linux linux;
    private final Peer peer;
    private final int pidfd;
    private final List<Integer> open = new ArrayList<>();
    private String userNamespace = "";
    private int network = -1;
    private int user = -1;

    private CallerProcess(Linux linux, Peer peer, int pidfd) {
        this.linux = linux;
        this.peer = peer;
        this.pidfd = pidfd;
        open.add(pidfd);
    }

    /**
     * Takes hold of the process that asked.
     *
     * @throws SandboxException {@code SPEC} with the reason when it is not the caller's own, or has
     *     not made namespaces of its own
     */
    static CallerProcess take(Linux linux, Peer peer) {
        int pidfd = peer.pid() > 0 ? linux.pidfdOpen(peer.pid()) : -1;
        if (pidfd < 0) {
            throw refused("it has ended, or runs in a container of its own");
        }
        CallerProcess process = new CallerProcess(linux, peer, pidfd);
        try {
            process.check();
            return process;
        } catch (SandboxException e) {
            process.close();
            throw e;
        }
    }

    private void check() {
        if (!hasIds("Uid", peer.uid()) || !hasIds("Gid", peer.gid())) {
            throw refused("it is not a process of the user that asked");
        }
        user = opened(linux.open(proc().resolve("ns/user").toString(), Linux.O_RDONLY));
        network = opened(linux.open(proc().resolve("ns/net").toString(), Linux.O_RDONLY));
        // INVARIANT: the process lives, so its id is still its own and what was read is about it.
        requireAlive();
        userNamespace = name(user);
        if (userNamespace.equals(own("user")) || name(network).equals(own("net"))) {
            throw refused("it made no user and network namespace");
        }
        if (linux.ioctlNumber(user, NS_GET_OWNER_UID) != peer.uid()
                || !name(opened(linux.ioctl(user, NS_GET_PARENT))).equals(own("user"))) {
            throw refused("its user namespace is not one that this user made on this host");
        }
        if (!name(opened(linux.ioctl(network, NS_GET_USERNS))).equals(userNamespace)) {
            throw refused("its network namespace belongs to somebody else");
        }
    }

    private boolean hasIds(String what, int id) {
        return KernelFile.read(proc().resolve("status")).stream()
                .flatMap(String::lines)
                .anyMatch(line -> line.equals((what + ":" + ("\t" + id).repeat(4))));
    }

    private int opened(int fd) {
        open.add(fd);
        return fd;
    }

    void requireAlive() {
        if (!linux.alive(pidfd)) {
            throw refused("it has ended");
        }
    }

    private static SandboxException refused(String why) {
        return new SandboxException(
                SandboxException.Code.SPEC,
                "The calling process cannot become a run: " + why + ". Start it with: rein run.");
    }

    /**
     * What the kernel calls the namespace of a descriptor, for example {@code net:[4026532535]}.
     */
    static String name(int fd) {
        return link(Path.of("/proc/self/fd", Integer.toString(fd))).orElse("");
    }

    private static String own(String kind) {
        return link(Path.of("/proc/self/ns", kind)).orElse("");
    }

    static Optional<String> link(Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Path proc() {
        return Path.of("/proc", Long.toString(peer.pid()));
    }

    Peer peer() {
        return peer;
    }

    /** Its user namespace, as {@code /proc} names it. */
    String userNamespace() {
        return userNamespace;
    }

    /** Its network namespace, as {@code /proc} names it. */
    String networkNamespace() {
        return name(network);
    }

    /** Its network namespace, for this process to work in. */
    NetworkNamespace network() {
        open.remove(Integer.valueOf(network));
        return NetworkNamespace.of(linux, network);
    }

    /** As {@link #network()}, for a process that may enter it with the user namespace only. */
    NetworkNamespace networkWithUser() {
        open.remove(Integer.valueOf(network));
        return NetworkNamespace.of(linux, network, user);
    }

    /**
     * The init of its process-id namespace, as the node numbers it.
     *
     * @throws SandboxException {@code SPEC} when it is not a child of one
     */
    long init() {
        long parent = KernelFile.status(peer.pid(), "PPid").map(Long::parseLong).orElse(0L);
        boolean first =
                KernelFile.status(parent, "NSpid").filter(ids -> ids.endsWith("\t1")).isPresent();
        if (parent <= 1 || !first) {
            throw refused("it made no process-id namespace");
        }
        return parent;
    }

    /** Closes one more descriptor with this. */
    void keep(int fd) {
        opened(fd);
    }

    /** As {@link #takeDescriptor}, or an error number negated. */
    int tryTake(int number) {
        return (int) linux.call(Syscall.PIDFD_GETFD, pidfd, number, 0);
    }

    /** One of its descriptors, as it has it open. */
    int takeDescriptor(int number) {
        return linux.takeDescriptor(pidfd, number);
    }

    /** All its threads: the one that will become the run's first process is among them. */
    List<String> threads() {
        try (var threads = Files.list(proc().resolve("task"))) {
            return threads.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw refused("it has ended");
        }
    }

    @Override
    public void close() {
        open.forEach(linux::close);
        open.clear();
    }
}
