package rein.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The file system as the log sees it: small enough to put faults in front of. Safe for any thread;
 * each method throws {@link NoRoomException} when the disk is full and {@link IOException} when it
 * is broken.
 */
public interface LogFiles {
    /** Opens for reading and writing; creates the file (0600) and its folder (0700) if absent. */
    OpenFile open(Path file) throws IOException;

    /** Opens a file that exists, for reading and {@link OpenFile#sync}. */
    OpenFile reading(Path file) throws IOException;

    /**
     * Puts a whole file in place at once: a reader sees the old bytes or the new ones.
     *
     * @param durable whether it is forced to the disk before and after it is put in place
     */
    void replace(Path file, byte[] bytes, boolean durable) throws IOException;

    /** Forces a file, or the names in a folder, to the disk. */
    void sync(Path fileOrFolder) throws IOException;

    /** Deletes a file or an empty folder; nothing happens if it is absent. */
    void delete(Path file) throws IOException;

    Room room(Path folder) throws IOException;

    /** Room on the file system that holds a folder. */
    record Room(long freeBytes, long totalBytes) {
        public int usedPercent() {
            return totalBytes <= 0 ? 0 : (int) (100 - freeBytes * 100 / totalBytes);
        }
    }

    /** A file that is read and written by position. */
    interface OpenFile extends Closeable {
        long size() throws IOException;

        /** Returns the number of bytes read, or -1 at the end. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes all of it. */
        void write(ByteBuffer from, long position) throws IOException;

        /** Cuts the file off here. */
        void truncate(long size) throws IOException;

        void sync() throws IOException;
    }
}
