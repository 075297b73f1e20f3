package rein.sandbox;

/**
 * The numbers of the system calls that Rein makes or filters, one column per architecture, from the
 * kernel's {@code unistd} headers; -1 where an architecture never had the call. Numbers from 424 on
 * are the same everywhere.
 */
enum Syscall {
    READ(0, 63),
    WRITE(1, 64),
    OPEN(2, -1),
    CLOSE(3, 57),
    PREAD64(17, 67),
    PIPE2(293, 59),
    PPOLL(271, 73),
    IOCTL(16, 29),
    FCNTL(72, 25),
    DUP3(292, 24),
    CLOSE_RANGE(436, 436),
    RT_SIGACTION(13, 134),
    RT_SIGPROCMASK(14, 135),
    CLOCK_GETTIME(228, 113),
    GETSOCKOPT(55, 209),
    EVENTFD2(290, 19),
    EXECVE(59, 221),
    EXECVEAT(322, 281),
    PRCTL(157, 167),
    GETEUID(107, 175),
    CAPGET(125, 90),
    CAPSET(126, 91),
    PRLIMIT64(302, 261),
    SECCOMP(317, 277),
    GETSOCKNAME(51, 204),
    SETPRIORITY(141, 140),
    PIDFD_OPEN(434, 434),
    PIDFD_SEND_SIGNAL(424, 424),
    PIDFD_GETFD(438, 438),
    SETNS(308, 268),
    UNSHARE(272, 97),
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    CLONE(56, 220),
    CLONE3(435, 435),
    CREAT(85, -1),
    OPENAT(257, 56),
    OPENAT2(437, 437),
    MKDIRAT(258, 34),
    UNLINKAT(263, 35),
    RENAMEAT2(316, 276),
    FCHOWNAT(260, 54),
    CHMOD(90, -1),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHMODAT2(452, 452),
    MKNOD(133, -1),
    MKNODAT(259, 33),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    PIVOT_ROOT(155, 41),
    CHROOT(161, 51),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    OPEN_TREE(428, 428),
    OPEN_TREE_ATTR(467, 467),
    MOVE_MOUNT(429, 429),
    MOUNT_SETATTR(442, 442),
    PTRACE(101, 117),
    PROCESS_VM_READV(310, 270),
    PROCESS_VM_WRITEV(311, 271),
    KCMP(312, 272),
    BPF(321, 280),
    PERF_EVENT_OPEN(298, 241),
    USERFAULTFD(323, 282),
    IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426),
    IO_URING_REGISTER(427, 427),
    KEXEC_LOAD(246, 104),
    KEXEC_FILE_LOAD(320, 294),
    CREATE_MODULE(174, -1),
    INIT_MODULE(175, 105),
    FINIT_MODULE(313, 273),
    DELETE_MODULE(176, 106),
    GET_KERNEL_SYMS(177, -1),
    QUERY_MODULE(178, -1),
    ADD_KEY(248, 217),
    REQUEST_KEY(249, 218),
    KEYCTL(250, 219),
    MEMFD_CREATE(319, 279),
    MEMFD_SECRET(447, 447),
    FANOTIFY_INIT(300, 262),
    OPEN_BY_HANDLE_AT(304, 265),
    SWAPON(167, 224),
    SWAPOFF(168, 225),
    REBOOT(169, 142),
    ACCT(163, 89),
    QUOTACTL(179, 60),
    QUOTACTL_FD(443, 443),
    NFSSERVCTL(180, 42),
    IOPL(172, -1),
    IOPERM(173, -1),
    MODIFY_LDT(154, -1),
    USELIB(134, -1),
    USTAT(136, -1),
    SYSFS(139, -1),
    LOOKUP_DCOOKIE(212, 18),
    VHANGUP(153, 58),
    SYSLOG(103, 116),
    SETHOSTNAME(170, 161),
    SETDOMAINNAME(171, 162),
    SETTIMEOFDAY(164, 170),
    CLOCK_SETTIME(227, 112);

    private final int x8664;
    private final int aarch64;

    Syscall(int x8664, int aarch64) {
        this.x8664 = x8664;
        this.aarch64 = aarch64;
    }

    /** The number, or -1 where the architecture has no such call. */
    int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> x8664;
            case AARCH64 -> aarch64;
        };
    }
}
