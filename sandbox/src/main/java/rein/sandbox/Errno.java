package rein.sandbox;

/** The kernel's error numbers that are handled or returned here (errno.h, generic). */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENOTDIR = 20;
    static final int EINVAL = 22;
    static final int EROFS = 30;
    static final int ENOSYS = 38;
    static final int ELOOP = 40;
    static final int EAFNOSUPPORT = 97;

    private Errno() {}

    static String name(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM, not permitted";
            case EACCES -> "EACCES, permission denied";
            case EINVAL -> "EINVAL, refused as invalid";
            case ENOSYS -> "ENOSYS, the kernel has no such call";
            case ENOENT -> "ENOENT, no such file";
            case 3 -> "ESRCH, no such process";
            case 16 -> "EBUSY, in use";
            case 24 -> "EMFILE, too many open files";
            case 28 -> "ENOSPC, no space or a namespace limit reached";
            default -> "errno " + errno;
        };
    }
}
