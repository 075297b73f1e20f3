package rein.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one folder in which an installation keeps everything: mode 0700, owned by the user who runs
 * Rein, locked for as long as this object lives. Safe for any thread.
 *
 * <p>INVARIANT: nobody else in this process opens the file {@code lock}: Linux drops a process's
 * lock when any of its descriptors of that file is closed (fcntl(2), "advisory record locking").
 */
public final class DataFolder implements AutoCloseable {
    /** A process id has at most ten digits. */
    private static final int LOCK_BYTES_MAX = 16;

    private static final String UNKNOWN = "(unknown)";

    static final Set<PosixFilePermission> PRIVATE_FOLDER =
            EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Creates the folder if it is absent, checks it and locks it.
     *
     * @throws RegistryException FOLDER_TAKEN or FOLDER_UNUSABLE, in one sentence that says what to
     *     do
     */
    public static DataFolder open(Path folder) throws RegistryException {
        Path path = folder.toAbsolutePath().normalize();
        try {
            createPrivate(path);
            check(path);
            return lock(path);
        } catch (IOException e) {
            throw unusable(path, "cannot be used (" + reason(e) + ")", e);
        }
    }

    private static void createPrivate(Path path) throws IOException {
        if (Files.exists(path, NOFOLLOW_LINKS)) {
            return;
        }
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
        } catch (FileAlreadyExistsException e) {
            // Another start was faster; its folder is checked like any other.
        }
    }

    private static void check(Path path) throws IOException, RegistryException {
        if (Files.isSymbolicLink(path)) {
            throw unusable(path, "is a symbolic link; name the folder itself");
        }
        if (!Files.isDirectory(path, NOFOLLOW_LINKS)) {
            throw unusable(path, "is not a folder; name another one");
        }
        int owner = (int) Files.getAttribute(path, "unix:uid", NOFOLLOW_LINKS);
        int self = processUid();
        if (owner != self) {
            throw unusable(
                    path,
                    "belongs to user id "
                            + owner
                            + ", but Rein runs as "
                            + self
                            + "; run it as its owner or name another folder");
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, NOFOLLOW_LINKS);
        if (!PRIVATE_FOLDER.containsAll(permissions)) {
            throw unusable(
                    path,
                    "is open to others ("
                            + PosixFilePermissions.toString(permissions)
                            + "); run: chmod 700 "
                            + path);
        }
        if (!Files.isWritable(path) || !Files.isExecutable(path) || !Files.isReadable(path)) {
            throw unusable(path, "is not readable and writable; run: chmod 700 " + path);
        }
    }

    private static DataFolder lock(Path path) throws IOException, RegistryException {
        FileChannel channel =
                FileChannel.open(
                        path.resolve("lock"),
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
            if (lock == null) {
                throw taken(path, " by process " + holder(channel));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)), 0);
            return new DataFolder(path, channel, lock);
        } catch (OverlappingFileLockException e) {
            throw taken(path, " by this process");
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LOCK_BYTES_MAX);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), UTF_8).strip();
        return pid.matches("[0-9]{1,10}") ? pid : UNKNOWN;
    }

    /**
     * The living process that a data folder's lock file names, as one who does not want the folder
     * asks: the lock itself is not touched. It may be a stranger that got the number of a process
     * that died without giving the folder back.
     */
    public static Optional<ProcessHandle> holder(Path folder) {
        try (FileChannel channel =
                FileChannel.open(
                        folder.resolve("lock"), Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS))) {
            String pid = holder(channel);
            return pid.equals(UNKNOWN)
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive);
        } catch (IOException e) {
            // No lock file, or none that we may read: nobody is known to hold the folder.
            return Optional.empty();
        }
    }

    /** Absolute, normalised. */
    public Path path() {
        return path;
    }

    /**
     * A folder of its own for one concern, created with mode 0700.
     *
     * @throws RegistryException FOLDER_UNUSABLE
     */
    public Path folder(String name) throws RegistryException {
        Path folder = path.resolve(name);
        if (!path.equals(folder.getParent())) {
            throw unusable(folder, "is not a plain name in the data folder");
        }
        try {
            createPrivate(folder);
        } catch (IOException e) {
            throw unusable(folder, "cannot be created (" + reason(e) + ")", e);
        }
        if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
            throw unusable(folder, "is not a folder; move it away");
        }
        return folder;
    }

    /** Gives the folder back. The lock file stays; it is the lock that counts. */
    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // The kernel drops the lock with the process at the latest.
        }
    }

    /** The effective user id of this process: the owner of its entry in /proc (proc(5)). */
    static int processUid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static RegistryException taken(Path path, String by) {
        return new RegistryException(
                RegistryException.Code.FOLDER_TAKEN,
                "The data folder "
                        + path
                        + " is in use"
                        + by
                        + ": stop that one first, or set REIN_HOME to another folder.");
    }

    static RegistryException unusable(Path path, String why) {
        return new RegistryException(
                RegistryException.Code.FOLDER_UNUSABLE,
                "The data folder " + path + " " + why + ".");
    }

    static RegistryException unusable(Path path, String why, Throwable cause) {
        return new RegistryException(
                RegistryException.Code.FOLDER_UNUSABLE,
                "The data folder " + path + " " + why + ".",
                cause);
    }

    /** Java's file exceptions say only the path in their message; their name says the rest. */
    static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
    }
}
