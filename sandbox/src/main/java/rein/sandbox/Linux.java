package rein.sandbox;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.SortedMap;
import rein.vocabulary.Ticker;

/**
 * The one binding to the kernel: {@code syscall(2)} through the FFM API, and a typed method for
 * each call that Rein makes. Failures are {@link SandboxException} with the error number. Safe for
 * any thread; {@link #setns} and {@link #unshare} change the calling thread only, so call them on a
 * platform thread made for the purpose. Needs {@code --enable-native-access=ALL-UNNAMED}.
 */
public final class Linux {
    static final int AT_FDCWD = -100;
    static final int O_RDONLY = 0;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int CLONE_NEWNS = 0x20000;
    static final int CLONE_NEWNET = 0x4000_0000;
    static final int PASSED_FD_MIN = 10;
    static final short POLLIN = 1;
    static final short POLLPRI = 2;

    private static final int ARGUMENTS = 6;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int PRIORITY_HIGHEST = -20;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_BYTES = 8;
    private static final int SOCKADDR_BYTES = 16;
    private static final short AF_INET = 2;
    private static final int RLIMIT_NPROC = 6;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_NEW_LISTENER = 8;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private static final int SIGACTION_BYTES = 32;
    private static final int POLLFD_BYTES = 8;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = syscall();

    private final Architecture architecture;

    private Linux(Architecture architecture) {
        this.architecture = architecture;
    }

    /**
     * The machine this JVM runs on.
     *
     * @throws SandboxException {@code UNSUPPORTED} elsewhere than on Linux x86-64 and aarch64
     */
    public static Linux host() {
        String system = System.getProperty("os.name");
        if (!system.equals("Linux")) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED,
                    "Agents are contained on Linux only; this is " + system + ".");
        }
        return new Linux(Architecture.named(System.getProperty("os.arch")));
    }

    Architecture architecture() {
        return architecture;
    }

    private static MethodHandle syscall() {
        Linker linker = Linker.nativeLinker();
        MemoryLayout[] longs = new MemoryLayout[ARGUMENTS + 1];
        java.util.Arrays.fill(longs, JAVA_LONG);
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(JAVA_LONG, longs),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    /** The kernel's own convention: the result, or the error number negated. */
    long call(Syscall name, long... arguments) {
        int number = name.number(architecture);
        if (number < 0) {
            return -Errno.ENOSYS;
        }
        long[] a = java.util.Arrays.copyOf(arguments, ARGUMENTS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result =
                    (long)
                            SYSCALL.invokeExact(
                                    state, (long) number, a[0], a[1], a[2], a[3], a[4], a[5]);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    /** As {@link #call}, where failing is an exception. */
    long must(String what, Syscall name, long... arguments) {
        long result = call(name, arguments);
        if (result < 0) {
            throw failed(what, name, (int) -result);
        }
        return result;
    }

    private static SandboxException failed(String what, Syscall name, int errno) {
        return new SandboxException(
                SandboxException.Code.SYSTEM_CALL,
                "The kernel refused to "
                        + what
                        + " ("
                        + name.name().toLowerCase(java.util.Locale.ROOT)
                        + ": "
                        + Errno.name(errno)
                        + ").",
                errno);
    }

    // Namespaces

    void setns(int fd, int type) {
        must("enter a namespace", Syscall.SETNS, fd, type);
    }

    void unshare(int flags) {
        must("make a namespace", Syscall.UNSHARE, flags);
    }

    // Processes and signals

    /** Lets the calling thread run before others, as far as the caller's rights go. */
    void preferThisThread() {
        int thread = 0;
        var _ = call(Syscall.SETPRIORITY, 0, thread, PRIORITY_HIGHEST);
    }

    /** A descriptor that becomes readable when the process ends, or an error number negated. */
    int pidfdOpen(long pid) {
        return (int) call(Syscall.PIDFD_OPEN, pid, 0);
    }

    /** Whether the process of this pidfd has not ended. */
    boolean alive(int pidfd) {
        return !poll(new int[] {pidfd}, new short[] {POLLIN}, 0)[0];
    }

    /** A descriptor of that process as one of our own, of the same open file (pidfd_getfd(2)). */
    int takeDescriptor(int pidfd, int number) {
        return (int) must("take a descriptor", Syscall.PIDFD_GETFD, pidfd, number, 0);
    }

    /** Gives up the capabilities that the calling thread would keep over execve(2). */
    void clearAmbientCapabilities() {
        must("drop capabilities", Syscall.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
    }

    /** Whether the signal reached a process that still lives. */
    boolean signal(long pid, int number) {
        int pidfd = pidfdOpen(pid);
        if (pidfd < 0) {
            return false;
        }
        boolean sent = call(Syscall.PIDFD_SEND_SIGNAL, pidfd, number, 0, 0) == 0;
        close(pidfd);
        return sent;
    }

    /** Whether the signal reached the process of this pidfd. */
    boolean signalTo(int pidfd, int number) {
        return call(Syscall.PIDFD_SEND_SIGNAL, pidfd, number, 0, 0) == 0;
    }

    /** Bounds the processes in user namespaces made from here on (getrlimit(2), RLIMIT_NPROC). */
    void limitProcesses(int processes) {
        int self = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocateFrom(JAVA_LONG, processes, processes);
            must("limit processes", Syscall.PRLIMIT64, self, RLIMIT_NPROC, limit.address(), 0);
        }
    }

    /**
     * Puts a filter before this thread's system calls and those of its children, and its listener
     * at a number (seccomp(2), SECCOMP_FILTER_FLAG_NEW_LISTENER).
     */
    void filterWithListener(byte[] program, int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instructions = arena.allocate(program.length, 8);
            MemorySegment.copy(program, 0, instructions, JAVA_BYTE, 0, program.length);
            MemorySegment filter = arena.allocate(16, 8);
            filter.set(JAVA_SHORT, 0, (short) (program.length / BpfProgram.INSTRUCTION_BYTES));
            filter.set(JAVA_LONG, 8, instructions.address());
            must("give up new rights", Syscall.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
            int listener =
                    (int)
                            must(
                                    "set a filter",
                                    Syscall.SECCOMP,
                                    SECCOMP_SET_MODE_FILTER,
                                    SECCOMP_NEW_LISTENER,
                                    filter.address());
            duplicate(listener, number);
        }
    }

    /** Whether this process may do what root may, on the host or in its user namespace. */
    boolean isRoot() {
        return call(Syscall.GETEUID) == 0;
    }

    /** Unblocks every signal of the calling thread. */
    void unblockSignals() {
        try (Arena arena = Arena.ofConfined()) {
            must(
                    "unblock signals",
                    Syscall.RT_SIGPROCMASK,
                    SIG_SETMASK,
                    arena.allocate(SIGSET_BYTES, 8).address(),
                    0,
                    SIGSET_BYTES);
        }
    }

    /** Sets one signal's disposition to default or ignore; false where it cannot be changed. */
    boolean disposition(int number, boolean ignore) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(SIGACTION_BYTES, 8);
            action.set(JAVA_LONG, 0, ignore ? 1 : 0);
            return call(Syscall.RT_SIGACTION, number, action.address(), 0, SIGSET_BYTES) == 0;
        }
    }

    boolean ignored(int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(SIGACTION_BYTES, 8);
            return call(Syscall.RT_SIGACTION, number, 0, action.address(), SIGSET_BYTES) == 0
                    && action.get(JAVA_LONG, 0) == 1;
        }
    }

    /**
     * Replaces this process; returns only when that failed. The last descriptor operations happen
     * after all memory is laid out, since the numbers they take may be ones that the JVM uses.
     *
     * @param passed the number under which the command gets a descriptor → that descriptor, which
     *     is {@link #PASSED_FD_MIN} or above
     */
    SandboxException execve(
            List<String> command, List<String> environment, SortedMap<Integer, Integer> passed) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment file = arena.allocateFrom(command.getFirst());
            MemorySegment argv = pointers(arena, command);
            MemorySegment envp = pointers(arena, environment);
            must("close files", Syscall.CLOSE_RANGE, 3, 0xffff_ffffL, CLOSE_RANGE_CLOEXEC);
            passed.forEach((to, from) -> must("pass a file on", Syscall.DUP3, from, to, 0));
            long result = call(Syscall.EXECVE, file.address(), argv.address(), envp.address());
            return failed("start " + command.getFirst(), Syscall.EXECVE, (int) -result);
        }
    }

    /** Opens a file to be passed on, out of the way of the numbers that are passed. */
    int openToPass(String path) {
        int fd = open(path, O_RDONLY);
        int moved = (int) must("move a file", Syscall.FCNTL, fd, F_DUPFD_CLOEXEC, PASSED_FD_MIN);
        close(fd);
        return moved;
    }

    private static MemorySegment pointers(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(ADDRESS, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        return array;
    }

    // Descriptors

    int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return (int)
                    must(
                            "open " + path,
                            Syscall.OPENAT,
                            AT_FDCWD,
                            arena.allocateFrom(path).address(),
                            flags | O_CLOEXEC,
                            0);
        }
    }

    /** Makes a number stand for the same open file; it ends with execve(2). */
    void duplicate(int from, int to) {
        must("duplicate a descriptor", Syscall.DUP3, from, to, O_CLOEXEC);
    }

    void close(int fd) {
        var _ = call(Syscall.CLOSE, fd);
    }

    /**
     * Bytes read into the buffer; 0 at the end and, on a non-blocking descriptor, when none wait.
     */
    int read(int fd, byte[] buffer) {
        return readAt(fd, buffer, -1);
    }

    /** As {@link #read}, from a position when it is not negative. */
    int readAt(int fd, byte[] buffer, long position) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(buffer.length);
            long count =
                    position < 0
                            ? call(Syscall.READ, fd, memory.address(), buffer.length)
                            : call(Syscall.PREAD64, fd, memory.address(), buffer.length, position);
            if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                return 0;
            }
            if (count < 0) {
                throw failed("read", Syscall.READ, (int) -count);
            }
            MemorySegment.copy(memory, JAVA_BYTE, 0, buffer, 0, (int) count);
            return (int) count;
        }
    }

    /** Writes all of it, unless the descriptor was not opened for writing or its reader left. */
    void write(int fd, byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(JAVA_BYTE, bytes);
            for (long done = 0; done < bytes.length; ) {
                done +=
                        must(
                                "write",
                                Syscall.WRITE,
                                fd,
                                memory.address() + done,
                                bytes.length - done);
            }
        }
    }

    /** A control of a descriptor that answers with a descriptor or 0. */
    int ioctl(int fd, int operation) {
        return (int) must("control a descriptor", Syscall.IOCTL, fd, operation, 0);
    }

    /** A control of a descriptor that answers with a number of 32 bits. */
    int ioctlNumber(int fd, int operation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_LONG);
            must("control a descriptor", Syscall.IOCTL, fd, operation, number.address());
            return number.get(JAVA_INT, 0);
        }
    }

    /** A counter that {@link #poll} can wait for and {@link #wake} raises. */
    int eventfd() {
        return (int) must("make an event", Syscall.EVENTFD2, 0, O_CLOEXEC | O_NONBLOCK);
    }

    void wake(int eventfd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(JAVA_LONG, 1L);
            var _ = call(Syscall.WRITE, eventfd, one.address(), 8);
        }
    }

    /** Which of the descriptors have one of the events, waiting for the first at most so long. */
    boolean[] poll(int[] fds, short[] events, long millisMax) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate((long) POLLFD_BYTES * fds.length + 1, 8);
            for (int i = 0; i < fds.length; i++) {
                list.set(JAVA_INT, (long) i * POLLFD_BYTES, fds[i]);
                list.set(JAVA_SHORT, (long) i * POLLFD_BYTES + 4, events[i]);
            }
            MemorySegment limit = arena.allocate(16, 8);
            limit.set(JAVA_LONG, 0, millisMax / 1000);
            limit.set(JAVA_LONG, 8, millisMax % 1000 * 1_000_000);
            long count = call(Syscall.PPOLL, list.address(), fds.length, limit.address(), 0, 8);
            boolean[] ready = new boolean[fds.length];
            if (count < 0 && count != -Errno.EINTR) {
                throw failed("wait for events", Syscall.PPOLL, (int) -count);
            }
            for (int i = 0; i < fds.length && count > 0; i++) {
                ready[i] = list.get(JAVA_SHORT, (long) i * POLLFD_BYTES + 6) != 0;
            }
            return ready;
        }
    }

    /** The events on one descriptor as poll(2) says them, POLLHUP and POLLERR too. */
    int events(int fd, short wanted, long millisMax) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(POLLFD_BYTES, 8);
            one.set(JAVA_INT, 0, fd);
            one.set(JAVA_SHORT, 4, wanted);
            MemorySegment limit = arena.allocate(16, 8);
            limit.set(JAVA_LONG, 0, millisMax / 1000);
            limit.set(JAVA_LONG, 8, millisMax % 1000 * 1_000_000);
            long count = call(Syscall.PPOLL, one.address(), 1, limit.address(), 0, 8);
            return count > 0 ? one.get(JAVA_SHORT, 6) : 0;
        }
    }

    /** A control of a descriptor that reads and fills a structure; the error number negated. */
    int exchange(int fd, long operation, byte[] structure) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(structure.length, 8);
            MemorySegment.copy(structure, 0, memory, JAVA_BYTE, 0, structure.length);
            int result = (int) call(Syscall.IOCTL, fd, operation, memory.address());
            MemorySegment.copy(memory, JAVA_BYTE, 0, structure, 0, structure.length);
            return result;
        }
    }

    /** Whether an IPv4 socket is bound to this port of 127.0.0.1. */
    boolean boundTo(int socket, int port) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SOCKADDR_BYTES, 8);
            MemorySegment length = arena.allocateFrom(JAVA_INT, SOCKADDR_BYTES);
            long result = call(Syscall.GETSOCKNAME, socket, address.address(), length.address());
            byte[] bytes = address.toArray(JAVA_BYTE);
            return result == 0
                    && address.get(JAVA_SHORT, 0) == AF_INET
                    && (Byte.toUnsignedInt(bytes[2]) << 8 | Byte.toUnsignedInt(bytes[3])) == port
                    && bytes[4] == 127
                    && bytes[5] == 0
                    && bytes[6] == 0
                    && bytes[7] == 1;
        }
    }

    /** The option's bytes, or the error number negated when the kernel refuses. */
    int getsockopt(int fd, int level, int option, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(value.length);
            MemorySegment length = arena.allocateFrom(JAVA_INT, value.length);
            long result =
                    call(Syscall.GETSOCKOPT, fd, level, option, memory.address(), length.address());
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, value, 0, value.length);
            return (int) result;
        }
    }

    /** Time that goes on while a laptop sleeps; what leases and timeouts are counted by. */
    public Ticker bootTicker() {
        return this::bootNanos;
    }

    private long bootNanos() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            must("read the time", Syscall.CLOCK_GETTIME, CLOCK_BOOTTIME, time.address());
            return time.get(JAVA_LONG, 0) * 1_000_000_000L + time.get(JAVA_LONG, 8);
        }
    }
}
