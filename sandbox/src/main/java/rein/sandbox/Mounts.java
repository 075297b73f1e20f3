package rein.sandbox;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Mounting, with the kernel's descriptor-based calls where they exist (open_tree(2) and kin). */
final class Mounts {
    private static final int OPEN_TREE_CLONE = 1;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private static final long MOUNT_ATTR_RDONLY = 1;
    private static final long MOUNT_ATTR_NOSUID_NODEV = 2 | 4;
    private static final long MOUNT_ATTR_IDMAP = 0x0010_0000;
    private static final int MOUNT_ATTR_BYTES = 32;
    private static final int FSCONFIG_CMD_CREATE = 6;
    static final long MS_REC_PRIVATE = 0x4000 | 1L << 18;
    static final long MS_NOSUID_NODEV = 2 | 4;

    private final Linux linux;

    Mounts(Linux linux) {
        this.linux = linux;
    }

    /** A detached copy of what is at this path, never following a last symbolic link. */
    int openTree(String path, boolean recursive) {
        try (Arena arena = Arena.ofConfined()) {
            long flags = OPEN_TREE_CLONE | Linux.O_CLOEXEC | AT_SYMLINK_NOFOLLOW;
            return (int)
                    linux.must(
                            "copy the mount at " + path,
                            Syscall.OPEN_TREE,
                            Linux.AT_FDCWD,
                            arena.allocateFrom(path).address(),
                            recursive ? flags | AT_RECURSIVE : flags);
        }
    }

    /** A detached copy of what a descriptor names. */
    int copy(int fd, boolean recursive) {
        try (Arena arena = Arena.ofConfined()) {
            long flags = OPEN_TREE_CLONE | Linux.O_CLOEXEC | AT_EMPTY_PATH;
            return (int)
                    linux.must(
                            "copy a mount",
                            Syscall.OPEN_TREE,
                            fd,
                            arena.allocateFrom("").address(),
                            recursive ? flags | AT_RECURSIVE : flags);
        }
    }

    /** Attaches a detached mount over exactly what a descriptor names, wherever that is by now. */
    void attach(int mount, int target) {
        try (Arena arena = Arena.ofConfined()) {
            linux.must(
                    "attach a mount",
                    Syscall.MOVE_MOUNT,
                    mount,
                    arena.allocateFrom("").address(),
                    target,
                    arena.allocateFrom("").address(),
                    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
        }
    }

    /** No set-uid, no devices; read-only where asked; what is mounted below too. */
    void restrict(int mount, boolean readOnly) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(MOUNT_ATTR_BYTES, 8);
            attributes.set(
                    JAVA_LONG, 0, MOUNT_ATTR_NOSUID_NODEV | (readOnly ? MOUNT_ATTR_RDONLY : 0));
            linux.must(
                    "restrict a mount",
                    Syscall.MOUNT_SETATTR,
                    mount,
                    arena.allocateFrom("").address(),
                    AT_EMPTY_PATH | AT_RECURSIVE,
                    attributes.address(),
                    MOUNT_ATTR_BYTES);
        }
    }

    void moveMount(int mount, String target) {
        try (Arena arena = Arena.ofConfined()) {
            linux.must(
                    "attach a mount at " + target,
                    Syscall.MOVE_MOUNT,
                    mount,
                    arena.allocateFrom("").address(),
                    Linux.AT_FDCWD,
                    arena.allocateFrom(target).address(),
                    MOVE_MOUNT_F_EMPTY_PATH);
        }
    }

    /**
     * Shows a detached mount's owners as a user namespace maps them; no set-uid, no devices.
     *
     * @return 0, or the error number: EINVAL where the file system has no id-mapped mounts
     */
    int idMap(int mount, int userNamespace) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(MOUNT_ATTR_BYTES, 8);
            attributes.set(JAVA_LONG, 0, MOUNT_ATTR_IDMAP | MOUNT_ATTR_NOSUID_NODEV);
            attributes.set(JAVA_LONG, 24, userNamespace);
            return (int)
                    -linux.call(
                            Syscall.MOUNT_SETATTR,
                            mount,
                            arena.allocateFrom("").address(),
                            AT_EMPTY_PATH,
                            attributes.address(),
                            MOUNT_ATTR_BYTES);
        }
    }

    void mount(String source, String target, String type, long flags, String options) {
        try (Arena arena = Arena.ofConfined()) {
            linux.must(
                    "mount at " + target,
                    Syscall.MOUNT,
                    arena.allocateFrom(source).address(),
                    arena.allocateFrom(target).address(),
                    arena.allocateFrom(type).address(),
                    flags,
                    arena.allocateFrom(options).address());
        }
    }

    /** A file system held by this descriptor alone: nothing is left when the process dies. */
    int detachedMount(String type) {
        try (Arena arena = Arena.ofConfined()) {
            int context =
                    (int)
                            linux.must(
                                    "open the file system " + type,
                                    Syscall.FSOPEN,
                                    arena.allocateFrom(type).address(),
                                    1);
            try {
                linux.must("make " + type, Syscall.FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0);
                return (int) linux.must("mount " + type, Syscall.FSMOUNT, context, 1, 0);
            } finally {
                linux.close(context);
            }
        }
    }
}
