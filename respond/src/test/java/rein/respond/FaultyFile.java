package rein.respond;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The real journal file with faults in front: writes that fail, or tear after some bytes. */
final class FaultyFile implements JournalFile {
    private final JournalFile real;
    private final AtomicInteger failing = new AtomicInteger();
    private final AtomicInteger tearing = new AtomicInteger(-1);
    final AtomicLong writes = new AtomicLong();

    FaultyFile(JournalFile real) {
        this.real = real;
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
        writes.incrementAndGet();
        if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("No space left on device");
        }
        int torn = tearing.getAndSet(-1);
        if (torn >= 0) {
            real.write(position, Arrays.copyOf(bytes, Math.min(torn, bytes.length)));
            throw new IOException("Input/output error");
        }
        real.write(position, bytes);
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
