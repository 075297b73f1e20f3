package rein.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The real files with faults in front: a disk that fills up, breaks, or stops in mid-write. */
final class FaultyFiles implements LogFiles {
    private final RealFiles real = new RealFiles();

    /** Bytes by which files may still grow. */
    final AtomicLong roomBytes = new AtomicLong(Long.MAX_VALUE);

    /** Whether the next write puts half of its bytes down and fails. */
    final AtomicBoolean tearNext = new AtomicBoolean();

    /** Whether forcing to the disk fails. */
    final AtomicBoolean syncFails = new AtomicBoolean();

    @Override
    public OpenFile open(Path file) throws IOException {
        return new Faulty(real.open(file));
    }

    @Override
    public OpenFile reading(Path file) throws IOException {
        return new Faulty(real.reading(file));
    }

    @Override
    public void replace(Path file, byte[] bytes, boolean durable) throws IOException {
        grow(bytes.length);
        real.replace(file, bytes, durable);
    }

    @Override
    public void sync(Path fileOrFolder) throws IOException {
        real.sync(fileOrFolder);
    }

    @Override
    public void delete(Path file) throws IOException {
        real.delete(file);
    }

    @Override
    public Room room(Path folder) throws IOException {
        return real.room(folder);
    }

    private void grow(long bytes) throws NoRoomException {
        if (roomBytes.addAndGet(-bytes) < 0) {
            roomBytes.addAndGet(bytes);
            throw new NoRoomException("injected: no room for " + bytes + " bytes");
        }
    }

    private final class Faulty implements OpenFile {
        private final OpenFile file;

        Faulty(OpenFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            if (tearNext.getAndSet(false)) {
                file.write(from.slice(from.position(), from.remaining() / 2), position);
                throw new IOException("injected: input/output error");
            }
            grow(Math.max(0, position + from.remaining() - file.size()));
            file.write(from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            if (syncFails.get()) {
                throw new IOException("injected: input/output error");
            }
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
