package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter, evaluated call by call; real tries from inside are in {@link SelfTestTest}. */
class SeccompTest {
    private static final int ALLOW = BpfProgram.ALLOW;
    private static final int EPERM = BpfProgram.errno(Errno.EPERM);
    private static final int ENOSYS = BpfProgram.errno(Errno.ENOSYS);
    private static final int EAFNOSUPPORT = BpfProgram.errno(Errno.EAFNOSUPPORT);

    /** Garbage in the upper half of a register, which the kernel does not look at either. */
    private static final long DIRT = 0xdead_beefL << 32;

    private static int verdict(Architecture machine, Syscall name, long... arguments) {
        return new BpfInterpreter(Seccomp.program(machine))
                .run(machine.auditArch(), name.number(machine), arguments);
    }

    @ParameterizedTest
    @EnumSource
    void killsAProcessOfAnotherArchitecture(Architecture machine) {
        int i386 = 0x4000_0003;
        assertThat(new BpfInterpreter(Seccomp.program(machine)).run(i386, 1))
                .isEqualTo(BpfProgram.KILL_PROCESS);
    }

    @ParameterizedTest
    @EnumSource
    void refusesX32CallsWhereTheyExist(Architecture machine) {
        int x32Read = 0x4000_0000;
        int verdict =
                new BpfInterpreter(Seccomp.program(machine)).run(machine.auditArch(), x32Read);
        assertThat(verdict).isEqualTo(machine == Architecture.X86_64 ? EPERM : ALLOW);
    }

    @ParameterizedTest
    @EnumSource
    void leavesOrdinaryWorkAlone(Architecture machine) {
        for (Syscall name :
                new Syscall[] {
                    Syscall.READ,
                    Syscall.WRITE,
                    Syscall.CLOSE,
                    Syscall.EXECVE,
                    Syscall.PRCTL,
                    Syscall.PPOLL,
                    Syscall.PIDFD_OPEN
                }) {
            assertThat(verdict(machine, name)).as(name.name()).isEqualTo(ALLOW);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesKernelInterfacesThatARunNeverNeeds(Architecture machine) {
        for (Syscall name :
                new Syscall[] {
                    Syscall.PTRACE,
                    Syscall.BPF,
                    Syscall.PERF_EVENT_OPEN,
                    Syscall.USERFAULTFD,
                    Syscall.IO_URING_SETUP,
                    Syscall.KEYCTL,
                    Syscall.UNSHARE,
                    Syscall.SETNS,
                    Syscall.MOUNT,
                    Syscall.MOVE_MOUNT,
                    Syscall.OPEN_TREE,
                    Syscall.PROCESS_VM_WRITEV,
                    Syscall.PIDFD_GETFD,
                    Syscall.FINIT_MODULE
                }) {
            assertThat(verdict(machine, name)).as(name.name()).isEqualTo(EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource
    void allowsAThreadAndAForkButNoNamespace(Architecture machine) {
        long thread = 0x003d_0f00;
        long fork = 0x0120_0011;
        assertThat(verdict(machine, Syscall.CLONE, thread)).isEqualTo(ALLOW);
        assertThat(verdict(machine, Syscall.CLONE, fork)).isEqualTo(ALLOW);
        for (long flag :
                new long[] {
                    0x20000,
                    0x0200_0000,
                    0x0400_0000,
                    0x0800_0000,
                    0x1000_0000,
                    0x2000_0000,
                    0x4000_0000
                }) {
            assertThat(verdict(machine, Syscall.CLONE, fork | flag | DIRT)).isEqualTo(EPERM);
        }
        assertThat(verdict(machine, Syscall.CLONE3)).isEqualTo(ENOSYS);
        assertThat(verdict(machine, Syscall.OPENAT2)).isEqualTo(ENOSYS);
    }

    @ParameterizedTest
    @EnumSource
    void socketFamiliesAreAnAllowList(Architecture machine) {
        long stream = 1 | 0x80000;
        for (int family = 0; family < 64; family++) {
            int verdict = verdict(machine, Syscall.SOCKET, family, stream, 0);
            boolean allowed = family == 1 || family == 2 || family == 10 || family == 16;
            assertThat(verdict).as("family " + family).isEqualTo(allowed ? ALLOW : EAFNOSUPPORT);
        }
        assertThat(verdict(machine, Syscall.SOCKET, 2, 3, 1)).as("raw").isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.SOCKET, 10, 3 | 0x800, 58)).isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.SOCKET, 2, 10, 0)).as("packet").isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.SOCKET, 16, 3, 0)).as("route").isEqualTo(ALLOW);
        assertThat(verdict(machine, Syscall.SOCKET, 16, 3, 9)).as("audit").isEqualTo(EAFNOSUPPORT);
        assertThat(verdict(machine, Syscall.SOCKET, DIRT | 40, 1, 0)).isEqualTo(EAFNOSUPPORT);
        assertThat(verdict(machine, Syscall.SOCKETPAIR, 1, 1, 0)).isEqualTo(ALLOW);
        assertThat(verdict(machine, Syscall.SOCKETPAIR, 30, 1, 0)).isEqualTo(EAFNOSUPPORT);
    }

    @ParameterizedTest
    @EnumSource
    void noFileGetsAnothersRights(Architecture machine) {
        assertThat(verdict(machine, Syscall.FCHMOD, 3, 0755)).isEqualTo(ALLOW);
        assertThat(verdict(machine, Syscall.FCHMOD, 3, 01777)).as("sticky").isEqualTo(ALLOW);
        assertThat(verdict(machine, Syscall.FCHMOD, 3, 04755)).isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.FCHMODAT, -100, 0, 02755)).isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.FCHMODAT2, -100, 0, 06755, 0)).isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.MKNODAT, -100, 0, 0104644, 0)).isEqualTo(EPERM);
        long creating = 0x41;
        assertThat(verdict(machine, Syscall.OPENAT, -100, 0, creating, 0644)).isEqualTo(ALLOW);
        assertThat(verdict(machine, Syscall.OPENAT, -100, 0, creating, 04755)).isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.OPENAT, -100, 0, 0x41_0002, 04755))
                .as("O_TMPFILE")
                .isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.OPENAT, -100, 0, 0, 07777))
                .as("no file is made, so the mode is not looked at")
                .isEqualTo(ALLOW);
        if (machine == Architecture.X86_64) {
            assertThat(verdict(machine, Syscall.CHMOD, 0, 04755)).isEqualTo(EPERM);
            assertThat(verdict(machine, Syscall.OPEN, 0, creating, 04755)).isEqualTo(EPERM);
            assertThat(verdict(machine, Syscall.CREAT, 0, 04755)).isEqualTo(EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsTypedIntoTheTerminal(Architecture machine) {
        assertThat(verdict(machine, Syscall.IOCTL, 0, 0x5401)).as("TCGETS").isEqualTo(ALLOW);
        assertThat(verdict(machine, Syscall.IOCTL, 0, 0x5412)).isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.IOCTL, 0, DIRT | 0x5412)).isEqualTo(EPERM);
        assertThat(verdict(machine, Syscall.IOCTL, 0, 0x541c)).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource
    void memoryFilesCannotBeExecuted(Architecture machine) {
        assertThat(verdict(machine, Syscall.MEMFD_CREATE, 0, 1)).isEqualTo(ENOSYS);
        assertThat(verdict(machine, Syscall.MEMFD_CREATE, 0, 8 | 1)).isEqualTo(ALLOW);
    }
}
