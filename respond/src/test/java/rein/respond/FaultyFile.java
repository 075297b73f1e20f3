package rein.respond;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real journal file with faults in front: writes that fail, tear after some bytes, or hang. It
 * does not wait for the disk, which only a power cut could tell, so that thousands of writes take
 * seconds.
 */
final class FaultyFile implements JournalFile {
    private final FileChannel channel;
    private final JournalFile real;
    private final AtomicInteger failing = new AtomicInteger();
    private final AtomicInteger tearing = new AtomicInteger(-1);
    private volatile CountDownLatch hanging = new CountDownLatch(0);

    FaultyFile(Path path, long sizeBytes) throws IOException {
        JournalFile.open(path, sizeBytes).close();
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        real = new JournalFile.OnDisk(channel);
    }

    /** Writes wait until the latch is open. */
    void hang(CountDownLatch until) {
        hanging = until;
    }

    /** The next so many writes fail and leave nothing. */
    void failNext(int count) {
        failing.set(count);
    }

    /** The next write leaves only so many of its bytes, and fails. */
    void tearNext(int bytes) {
        tearing.set(bytes);
    }

    @Override
    public byte[] read() throws IOException {
        return real.read();
    }

    @Override
    public void write(long position, byte[] bytes) throws IOException {
        try {
            hanging.await();
        } catch (InterruptedException hurried) {
            throw new IOException("interrupted", hurried);
        }
        if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("No space left on device");
        }
        int torn = tearing.getAndSet(-1);
        if (torn >= 0) {
            channel.write(ByteBuffer.wrap(bytes, 0, Math.min(torn, bytes.length)), position);
            throw new IOException("Input/output error");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, position + buffer.position());
        }
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
