package rein.respond;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The bytes of a journal: a file of fixed size, written in place. A seam for faults in tests. */
interface JournalFile extends Closeable {
    byte[] read() throws IOException;

    /** Returns when the bytes are on the disk (fdatasync). */
    void write(long position, byte[] bytes) throws IOException;

    /**
     * Opens the file; makes it, if there is none, with every byte really written, so that later
     * writes need no room.
     *
     * @throws IOException also when it has another size
     */
    static JournalFile open(Path path, long sizeBytes) throws IOException {
        if (!Files.exists(path)) {
            create(path, sizeBytes);
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.size() != sizeBytes) {
            long size = channel.size();
            channel.close();
            throw new IOException(path + " has " + size + " bytes instead of " + sizeBytes);
        }
        return new OnDisk(channel);
    }

    private static void create(Path path, long sizeBytes) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
            for (long at = 0; at < sizeBytes; at += zeros.capacity()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), sizeBytes - at));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
            channel.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            // Makes the new name durable: fsync of the folder.
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** The real one. */
    record OnDisk(FileChannel channel) implements JournalFile {
        @Override
        public byte[] read() throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
                // Reads on until the end.
            }
            return bytes.array();
        }

        @Override
        public void write(long position, byte[] bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer, position + buffer.position());
            }
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
