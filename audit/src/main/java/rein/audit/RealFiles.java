package rein.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The files of this machine. */
public final class RealFiles implements LogFiles {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> FOLDER_OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Free bytes below which a failed write counts as a full disk, whatever its message says. */
    private static final long FULL_BELOW_BYTES = 64 * 1024;

    @Override
    public OpenFile open(Path file) throws IOException {
        FileChannel channel;
        try {
            makeFolder(folderOf(file));
            channel =
                    FileChannel.open(
                            file,
                            Set.of(
                                    StandardOpenOption.READ,
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.CREATE),
                            OWNER_ONLY);
        } catch (IOException e) {
            throw translated(file, e);
        }
        return new Channel(file, channel);
    }

    @Override
    public OpenFile reading(Path file) throws IOException {
        return new Channel(file, FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public void replace(Path file, byte[] bytes, boolean durable) throws IOException {
        Path folder = folderOf(file);
        Path draft = folder.resolve(file.getFileName() + ".new");
        try {
            makeFolder(folder);
            try (FileChannel channel =
                    FileChannel.open(
                            draft,
                            Set.of(
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.TRUNCATE_EXISTING),
                            OWNER_ONLY)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                if (durable) {
                    channel.force(true);
                }
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            if (durable) {
                sync(folder);
            }
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw translated(file, e);
        }
    }

    @Override
    public void sync(Path fileOrFolder) throws IOException {
        // Linux lets a folder be opened for reading and forced; that makes its names durable.
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw translated(fileOrFolder, e);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public Room room(Path folder) throws IOException {
        FileStore store = Files.getFileStore(folder);
        return new Room(store.getUsableSpace(), store.getTotalSpace());
    }

    private static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, FOLDER_OWNER_ONLY);
        }
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    private static IOException translated(Path file, IOException e) {
        if (e instanceof NoRoomException) {
            return e;
        }
        // The JDK gives only strerror's text, which may be localised: hence the second look.
        String message = String.valueOf(e.getMessage());
        if (message.contains("No space left") || message.contains("quota exceeded")) {
            return new NoRoomException("no room for " + file, e);
        }
        Path folder = folderOf(file);
        try {
            if (Files.isDirectory(folder)
                    && Files.getFileStore(folder).getUsableSpace() < FULL_BELOW_BYTES) {
                return new NoRoomException("no room for " + file, e);
            }
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
        }
        return e;
    }

    private record Channel(Path file, FileChannel channel) implements OpenFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            long at = position;
            try {
                while (from.hasRemaining()) {
                    at += channel.write(from, at);
                }
            } catch (IOException e) {
                throw translated(file, e);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            try {
                // The size is settled ahead of the data (zeros are written first): data only.
                channel.force(false);
            } catch (IOException e) {
                throw translated(file, e);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
