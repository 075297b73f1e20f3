package rein.sandbox;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The process at the other end of a Unix socket, as the kernel tells it (SO_PEERCRED, unix(7)):
 * whoever connected, whatever has become of the descriptor since. Needs {@code --add-opens
 * java.base/sun.nio.ch=ALL-UNNAMED}. Safe for any thread.
 */
public final class PeerProcess {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;

    /** struct ucred: pid, uid, gid. */
    private static final int UCRED_BYTES = 12;

    /** What /proc says of a process that nobody logged in for. */
    private static final long NOBODY_LOGGED_IN = 0xffff_ffffL;

    private final Linux linux;
    private final MethodHandle descriptor;

    /**
     * @throws SandboxException {@code UNSUPPORTED} when the JVM was started without the flag
     */
    public PeerProcess(Linux linux) {
        this.linux = linux;
        try {
            this.descriptor =
                    MethodHandles.lookup()
                            .findVirtual(
                                    Class.forName("sun.nio.ch.SelChImpl"),
                                    "getFDVal",
                                    MethodType.methodType(int.class));
        } catch (ReflectiveOperationException e) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED,
                    "Start the JVM with --add-opens java.base/sun.nio.ch=ALL-UNNAMED; without it"
                            + " the peer of a Unix socket is unknown.",
                    e);
        }
    }

    /** Its process id as this process sees it; empty where the kernel does not say. */
    public OptionalLong id(SocketChannel channel) {
        byte[] credentials = new byte[UCRED_BYTES];
        if (linux.getsockopt(fd(channel), SOL_SOCKET, SO_PEERCRED, credentials) < 0) {
            return OptionalLong.empty();
        }
        int pid = ByteBuffer.wrap(credentials).order(ByteOrder.nativeOrder()).getInt(0);
        return pid > 0 ? OptionalLong.of(pid) : OptionalLong.empty();
    }

    /**
     * Whether it lives in a process namespace below this one's, as every process of a run does.
     * Empty where it is gone, or not to be seen.
     */
    public static Optional<Boolean> isBelow(long pid) {
        Optional<Integer> theirs = namespaces(Long.toString(pid));
        Optional<Integer> ours = namespaces("self");
        return theirs.isPresent() && ours.isPresent()
                ? Optional.of(theirs.get() > ours.get())
                : Optional.empty();
    }

    /** In how many process namespaces it has a number (proc(5), NSpid). */
    private static Optional<Integer> namespaces(String pid) {
        return KernelFile.read(Path.of("/proc", pid, "status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("NSpid:"))
                .map(line -> (int) Stream.of(line.split("\\s+")).skip(1).count())
                .findFirst();
    }

    /**
     * The user id that logged in and started all this, through su and sudo (pam_loginuid(8)); empty
     * where the kernel was not told.
     */
    public static OptionalLong loginUser(long pid) {
        return KernelFile.read(Path.of("/proc", Long.toString(pid), "loginuid"))
                .map(String::strip)
                .filter(text -> text.matches("[0-9]{1,10}"))
                .map(Long::parseLong)
                .filter(uid -> uid != NOBODY_LOGGED_IN)
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    private int fd(SocketChannel channel) {
        try {
            return (int) descriptor.invoke(channel);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("getFDVal throws nothing checked", e);
        }
    }
}
