package rein.sandbox;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Files below one folder, reached without following any symbolic link and without leaving it
 * (openat2(2)). What works on a folder that a run can write at this moment goes through here: a
 * link that is put in the way leads nowhere. Safe for one thread.
 */
final class Beneath implements AutoCloseable {
    private static final int O_PATH = 0x20_0000;
    private static final int RESOLVE_NO_SYMLINKS = 4;
    private static final int RESOLVE_BENEATH = 8;
    private static final int OPEN_HOW_BYTES = 24;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int RENAME_NOREPLACE = 1;

    /** What is at a path. */
    enum Type {
        ABSENT,
        FILE,
        FOLDER,
        LINK,
        OTHER
    }

    private final Linux linux;
    private final int root;

    private Beneath(Linux linux, int root) {
        this.linux = linux;
        this.root = root;
    }

    /**
     * @param folder absolute and without symbolic links
     * @throws SandboxException {@code SPEC} when it is not there, or a link leads to it by now
     */
    static Beneath open(Linux linux, Path folder) {
        return new Beneath(linux, openReal(linux, folder));
    }

    /** A descriptor of what is at this real path; a link anywhere in it is refused. */
    static int openReal(Linux linux, Path real) {
        long fd = openat2(linux, Linux.AT_FDCWD, real.toString(), O_PATH, RESOLVE_NO_SYMLINKS);
        if (fd < 0) {
            throw new SandboxException(
                    SandboxException.Code.SPEC,
                    -fd == Errno.ELOOP
                            ? replaced(real.toString())
                            : real + " cannot be opened (" + Errno.name((int) -fd) + ").",
                    (int) -fd);
        }
        return (int) fd;
    }

    static String replaced(String path) {
        return "Something replaced "
                + path
                + ", or a folder that it is in, by a link while the run was started. Look at what "
                + "else runs there, and try again.";
    }

    private static long openat2(Linux linux, int at, String path, long flags, long resolve) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(OPEN_HOW_BYTES, 8);
            how.set(JAVA_LONG, 0, flags | Linux.O_CLOEXEC);
            how.set(JAVA_LONG, 16, resolve);
            return linux.call(
                    Syscall.OPENAT2,
                    at,
                    arena.allocateFrom(path).address(),
                    how.address(),
                    OPEN_HOW_BYTES);
        }
    }

    /** A descriptor that names the path and cannot be read from; the caller closes it. */
    OptionalInt find(String path) {
        long fd =
                openat2(
                        linux,
                        root,
                        path.isEmpty() ? "." : path,
                        O_PATH,
                        RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH);
        return fd < 0 ? OptionalInt.empty() : OptionalInt.of((int) fd);
    }

    Type type(String path) {
        int slash = path.lastIndexOf('/');
        OptionalInt parent = find(slash < 0 ? "" : path.substring(0, slash));
        if (parent.isEmpty()) {
            return Type.ABSENT;
        }
        try {
            BasicFileAttributes found =
                    Files.readAttributes(
                            self(parent.getAsInt()).resolve(path.substring(slash + 1)),
                            BasicFileAttributes.class,
                            LinkOption.NOFOLLOW_LINKS);
            if (found.isSymbolicLink()) {
                return Type.LINK;
            }
            return found.isDirectory()
                    ? Type.FOLDER
                    : found.isRegularFile() ? Type.FILE : Type.OTHER;
        } catch (IOException e) {
            return Type.ABSENT;
        } finally {
            linux.close(parent.getAsInt());
        }
    }

    /** A regular file's first bytes; empty where there is none. */
    Optional<byte[]> read(String path, int bytesMax) {
        OptionalInt fd = find(path);
        if (fd.isEmpty()) {
            return Optional.empty();
        }
        Path opened = self(fd.getAsInt());
        try {
            if (!Files.isRegularFile(opened)) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(opened)) {
                return Optional.of(in.readNBytes(bytesMax));
            }
        } catch (IOException e) {
            return Optional.empty();
        } finally {
            linux.close(fd.getAsInt());
        }
    }

    /** The names in a folder, sorted, at most so many; none where there is no folder. */
    java.util.List<String> names(String path, int max) {
        OptionalInt fd = find(path);
        if (fd.isEmpty()) {
            return java.util.List.of();
        }
        try (var entries = Files.list(self(fd.getAsInt()))) {
            return entries.limit(max).map(each -> each.getFileName().toString()).sorted().toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return java.util.List.of();
        } finally {
            linux.close(fd.getAsInt());
        }
    }

    /** The path that a link in the folder names, as it is written; empty where there is no link. */
    Optional<Path> link(String path) {
        int slash = path.lastIndexOf('/');
        OptionalInt parent = find(slash < 0 ? "" : path.substring(0, slash));
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Files.readSymbolicLink(
                            self(parent.getAsInt()).resolve(path.substring(slash + 1))));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        } finally {
            linux.close(parent.getAsInt());
        }
    }

    private static Path self(int fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    /** 0, or the error number. */
    int makeFolder(String path, int uid, int gid) {
        return inParent(
                path,
                (parent, name) -> {
                    long made = linux.call(Syscall.MKDIRAT, parent, name.address(), 0755);
                    return made < 0
                            ? made
                            : linux.call(Syscall.FCHOWNAT, parent, name.address(), uid, gid, 0x100);
                });
    }

    /** A new small file. 0, or the error number. */
    int makeFile(String path, byte[] content, int uid, int gid) {
        return inParent(
                path,
                (parent, name) -> {
                    // O_WRONLY | O_CREAT | O_EXCL: never follows a link, never opens what is there.
                    long fd =
                            linux.call(
                                    Syscall.OPENAT, parent, name.address(), 1 | 0100 | 0200, 0444);
                    if (fd < 0) {
                        return fd;
                    }
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment bytes = arena.allocate(content.length + 1L);
                        bytes.asByteBuffer().put(content);
                        var _ = linux.call(Syscall.WRITE, fd, bytes.address(), content.length);
                    }
                    linux.close((int) fd);
                    return linux.call(Syscall.FCHOWNAT, parent, name.address(), uid, gid, 0x100);
                });
    }

    /** Removes an empty folder; one with anything in it stays. */
    boolean removeFolder(String path) {
        return inParent(
                        path,
                        (parent, name) ->
                                linux.call(Syscall.UNLINKAT, parent, name.address(), AT_REMOVEDIR))
                == 0;
    }

    boolean removeFile(String path) {
        return inParent(
                        path,
                        (parent, name) -> linux.call(Syscall.UNLINKAT, parent, name.address(), 0))
                == 0;
    }

    /** Gives what is at the path another name in its folder; false where that name is taken. */
    boolean rename(String path, String newName) {
        return inParent(
                        path,
                        (parent, name) -> {
                            try (Arena arena = Arena.ofConfined()) {
                                return linux.call(
                                        Syscall.RENAMEAT2,
                                        parent,
                                        name.address(),
                                        parent,
                                        arena.allocateFrom(newName).address(),
                                        RENAME_NOREPLACE);
                            }
                        })
                == 0;
    }

    private interface InFolder {
        long act(int parent, MemorySegment name);
    }

    private int inParent(String path, InFolder what) {
        int slash = path.lastIndexOf('/');
        OptionalInt parent = find(slash < 0 ? "" : path.substring(0, slash));
        if (parent.isEmpty()) {
            return Errno.ENOENT;
        }
        try (Arena arena = Arena.ofConfined()) {
            long result =
                    what.act(parent.getAsInt(), arena.allocateFrom(path.substring(slash + 1)));
            return (int) -result;
        } finally {
            linux.close(parent.getAsInt());
        }
    }

    @Override
    public void close() {
        linux.close(root);
    }
}
