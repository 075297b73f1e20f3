package rein.sandbox;

import static rein.sandbox.BpfProgram.ALLOW;
import static rein.sandbox.BpfProgram.errno;
import static rein.sandbox.Errno.EAFNOSUPPORT;
import static rein.sandbox.Errno.ENOSYS;
import static rein.sandbox.Errno.EPERM;
import static rein.sandbox.Syscall.*;

import java.util.List;

/**
 * The system-call filter of a run. What it refuses is refused although the run has no capability
 * for most of it: the filter makes kernel code that the run never needs unreachable. Debuggers
 * ({@code ptrace}) do not work in a run.
 */
final class Seccomp {
    /** System calls of the x32 ABI would pass a filter that compares 64-bit numbers only. */
    private static final int X32_BIT = 0x4000_0000;

    private static final List<Syscall> REFUSED =
            List.of(
                    // other processes' memory and descriptors
                    PTRACE,
                    PROCESS_VM_READV,
                    PROCESS_VM_WRITEV,
                    KCMP,
                    PIDFD_GETFD,
                    // programs in the kernel, and calls that bypass this filter
                    BPF,
                    PERF_EVENT_OPEN,
                    USERFAULTFD,
                    IO_URING_SETUP,
                    IO_URING_ENTER,
                    IO_URING_REGISTER,
                    // the kernel itself
                    KEXEC_LOAD,
                    KEXEC_FILE_LOAD,
                    CREATE_MODULE,
                    INIT_MODULE,
                    FINIT_MODULE,
                    DELETE_MODULE,
                    GET_KERNEL_SYMS,
                    QUERY_MODULE,
                    SYSLOG,
                    REBOOT,
                    ACCT,
                    // keys are not separated by any namespace the run has to itself
                    ADD_KEY,
                    REQUEST_KEY,
                    KEYCTL,
                    // namespaces and mounts, old and new interface
                    UNSHARE,
                    SETNS,
                    MOUNT,
                    UMOUNT2,
                    PIVOT_ROOT,
                    CHROOT,
                    FSOPEN,
                    FSCONFIG,
                    FSMOUNT,
                    FSPICK,
                    OPEN_TREE,
                    OPEN_TREE_ATTR,
                    MOVE_MOUNT,
                    MOUNT_SETATTR,
                    // the machine
                    SWAPON,
                    SWAPOFF,
                    QUOTACTL,
                    QUOTACTL_FD,
                    SETHOSTNAME,
                    SETDOMAINNAME,
                    SETTIMEOFDAY,
                    CLOCK_SETTIME,
                    VHANGUP,
                    FANOTIFY_INIT,
                    OPEN_BY_HANDLE_AT,
                    IOPL,
                    IOPERM,
                    MODIFY_LDT,
                    // gone from today's programs
                    NFSSERVCTL,
                    USELIB,
                    USTAT,
                    SYSFS,
                    LOOKUP_DCOOKIE);

    private static final int NAMESPACE_FLAGS =
            0x0002_0000 // CLONE_NEWNS
                    | 0x0200_0000 // CLONE_NEWCGROUP
                    | 0x0400_0000 // CLONE_NEWUTS
                    | 0x0800_0000 // CLONE_NEWIPC
                    | 0x1000_0000 // CLONE_NEWUSER
                    | 0x2000_0000 // CLONE_NEWPID
                    | 0x4000_0000; // CLONE_NEWNET

    /** S_ISUID and S_ISGID. */
    private static final int SET_ID_BITS = 06000;

    /** O_CREAT and the deciding bit of O_TMPFILE: only with these does open(2) look at a mode. */
    private static final int CREATING = 0x40 | 0x40_0000;

    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541c;
    private static final int MFD_NOEXEC_SEAL = 8;

    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOCKET_TYPE_MASK = 0xf;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_PACKET = 10;

    private final Architecture architecture;
    private final BpfProgram program = new BpfProgram();

    private Seccomp(Architecture architecture) {
        this.architecture = architecture;
    }

    /** The filter as bubblewrap's {@code --seccomp} and seccomp(2) take it. */
    static byte[] program(Architecture architecture) {
        return new Seccomp(architecture).build();
    }

    /** Lets a listener decide on each program start, and everything else pass. */
    static byte[] notifyOfStarts(Architecture architecture) {
        BpfProgram notify = new BpfProgram().end(BpfProgram.USER_NOTIF);
        return new BpfProgram()
                .loadArchitecture()
                .ifEqual(architecture.auditArch(), 1, 0)
                .end(ALLOW)
                .loadNumber()
                .when(EXECVE.number(architecture), notify)
                .when(EXECVEAT.number(architecture), notify)
                .end(ALLOW)
                .bytes();
    }

    private byte[] build() {
        program.loadArchitecture()
                .ifEqual(architecture.auditArch(), 1, 0)
                .end(BpfProgram.KILL_PROCESS)
                .loadNumber();
        if (architecture == Architecture.X86_64) {
            program.ifAtLeast(X32_BIT, 0, 1).end(errno(EPERM));
        }
        for (Syscall name : REFUSED) {
            on(name, new BpfProgram().end(errno(EPERM)));
        }
        // The flags of clone3 and the mode of openat2 lie in memory, out of a filter's sight. Told
        // that the kernel is too old, libraries fall back to clone and openat.
        on(CLONE3, new BpfProgram().end(errno(ENOSYS)));
        on(OPENAT2, new BpfProgram().end(errno(ENOSYS)));
        on(MEMFD_SECRET, new BpfProgram().end(errno(ENOSYS)));
        on(CLONE, refuseBits(0, NAMESPACE_FLAGS));
        // An anonymous memory file would let code run that no file name, no scan and no exec record
        // shows. Sealed against execution it is harmless; without the seal, programs that want
        // shared memory fall back as on an old kernel.
        on(
                MEMFD_CREATE,
                new BpfProgram()
                        .loadArgument(1)
                        .ifAnyBit(MFD_NOEXEC_SEAL, 0, 1)
                        .end(ALLOW)
                        .end(errno(ENOSYS)));
        // Files in the work folder are seen by the host: none may carry another's rights there.
        on(CHMOD, refuseBits(1, SET_ID_BITS));
        on(FCHMOD, refuseBits(1, SET_ID_BITS));
        on(FCHMODAT, refuseBits(2, SET_ID_BITS));
        on(FCHMODAT2, refuseBits(2, SET_ID_BITS));
        on(CREAT, refuseBits(1, SET_ID_BITS));
        on(MKNOD, refuseBits(1, SET_ID_BITS));
        on(MKNODAT, refuseBits(2, SET_ID_BITS));
        on(OPEN, refuseCreatingSetId(1, 2));
        on(OPENAT, refuseCreatingSetId(2, 3));
        // Both would type commands into the terminal that the run shares with its caller.
        on(
                IOCTL,
                new BpfProgram()
                        .loadArgument(1)
                        .ifEqual(TIOCSTI, 1, 0)
                        .ifEqual(TIOCLINUX, 0, 1)
                        .end(errno(EPERM))
                        .end(ALLOW));
        on(SOCKET, socket());
        on(
                SOCKETPAIR,
                new BpfProgram()
                        .loadArgument(0)
                        .ifEqual(AF_UNIX, 0, 1)
                        .end(ALLOW)
                        .end(errno(EAFNOSUPPORT)));
        return program.end(ALLOW).bytes();
    }

    private void on(Syscall name, BpfProgram body) {
        int number = name.number(architecture);
        if (number >= 0) {
            program.when(number, body);
        }
    }

    private static BpfProgram refuseBits(int argument, int bits) {
        return new BpfProgram()
                .loadArgument(argument)
                .ifAnyBit(bits, 0, 1)
                .end(errno(EPERM))
                .end(ALLOW);
    }

    private static BpfProgram refuseCreatingSetId(int flags, int mode) {
        return new BpfProgram()
                .loadArgument(flags)
                .ifAnyBit(CREATING, 0, 3)
                .loadArgument(mode)
                .ifAnyBit(SET_ID_BITS, 0, 1)
                .end(errno(EPERM))
                .end(ALLOW);
    }

    /** Families are an allow list, so that a family added to the kernel later is refused. */
    private static BpfProgram socket() {
        return new BpfProgram()
                .loadArgument(0)
                .ifEqual(AF_NETLINK, 0, 3)
                .loadArgument(2)
                .ifEqual(NETLINK_ROUTE, 9, 0)
                .end(errno(EAFNOSUPPORT))
                .ifEqual(AF_UNIX, 3, 0)
                .ifEqual(AF_INET, 2, 0)
                .ifEqual(AF_INET6, 1, 0)
                .end(errno(EAFNOSUPPORT))
                .loadArgument(1)
                .and(SOCKET_TYPE_MASK)
                .ifEqual(SOCK_RAW, 2, 0)
                .ifEqual(SOCK_PACKET, 1, 0)
                .end(ALLOW)
                .end(errno(EPERM));
    }
}
