package rein.gateway.egress;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One TCP connection in blocking mode, with the bytes that were looked at and not yet taken. Read
 * by one thread at a time, written by one thread at a time, closed by any.
 */
final class Wire implements AutoCloseable {
    private final SocketChannel channel;
    private final InputStream timed;
    private byte[] pending = new byte[0];
    private int pendingLength;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();

    Wire(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.timed = channel.socket().getInputStream();
    }

    SocketChannel channel() {
        return channel;
    }

    byte[] pending() {
        return pending;
    }

    int pendingLength() {
        return pendingLength;
    }

    /** Bytes that came from the peer and were taken. */
    long received() {
        return received.get();
    }

    /** Bytes given to the peer's connection. */
    long sent() {
        return sent.get();
    }

    /**
     * Reads more behind what is pending.
     *
     * @return bytes read; 0 if none came in time or there is no room; -1 at the end
     */
    int fill(int bytesMax, int millisMax) throws IOException {
        int room = bytesMax - pendingLength;
        if (room <= 0) {
            return 0;
        }
        if (pending.length == pendingLength) {
            pending = Arrays.copyOf(pending, Math.min(bytesMax, Math.max(512, pendingLength * 2)));
        }
        channel.socket().setSoTimeout(millisMax);
        try {
            int n =
                    timed.read(
                            pending, pendingLength, Math.min(room, pending.length - pendingLength));
            if (n > 0) {
                pendingLength += n;
            }
            return n;
        } catch (SocketTimeoutException late) {
            return 0;
        } finally {
            if (channel.isOpen()) {
                channel.socket().setSoTimeout(0);
            }
        }
    }

    /** Takes pending bytes, or waits for some; -1 at the end. */
    int read(ByteBuffer into) throws IOException {
        int n;
        if (pendingLength > 0) {
            n = Math.min(into.remaining(), pendingLength);
            into.put(pending, 0, n);
            System.arraycopy(pending, n, pending, 0, pendingLength - n);
            pendingLength -= n;
            if (pendingLength == 0) {
                pending = new byte[0];
            }
        } else {
            n = channel.read(into);
        }
        if (n > 0) {
            received.addAndGet(n);
        }
        return n;
    }

    /** Drops pending bytes that were only for the door; they are not counted. */
    void skip(int bytes) {
        pendingLength -= bytes;
        System.arraycopy(pending, bytes, pending, 0, pendingLength);
    }

    /** Puts bytes back in front, for whoever reads next. */
    void unread(ByteBuffer taken) {
        int n = taken.remaining();
        if (n == 0) {
            return;
        }
        byte[] joined = new byte[n + pendingLength];
        taken.get(joined, 0, n);
        System.arraycopy(pending, 0, joined, n, pendingLength);
        pending = joined;
        pendingLength = joined.length;
        received.addAndGet(-n);
    }

    /** Writes all; waits while the peer does not read. */
    void write(ByteBuffer... parts) throws IOException {
        for (ByteBuffer part : parts) {
            sent.addAndGet(part.remaining());
        }
        while (remaining(parts)) {
            channel.write(parts);
        }
    }

    private static boolean remaining(ByteBuffer[] parts) {
        for (ByteBuffer part : parts) {
            if (part.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    /**
     * True if an idle connection is no longer usable: the peer has closed it or has sent something
     * unasked. Only for a connection that nobody else is reading.
     */
    boolean stale() {
        if (pendingLength > 0) {
            return true;
        }
        try {
            channel.configureBlocking(false);
            try {
                return channel.read(ByteBuffer.allocate(1)) != 0;
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException broken) {
            return true;
        }
    }

    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /**
     * Ends a conversation so that the last answer arrives: no more is sent, and what the peer still
     * sends is read and dropped, for a bounded time and amount. Closing at once would reset the
     * connection and take the answer with it.
     */
    void linger() {
        try {
            channel.shutdownOutput();
            byte[] dropped = new byte[4096];
            channel.socket().setSoTimeout(Limits.LINGER_MILLIS_MAX);
            int reads = 0;
            while (timed.read(dropped) >= 0 && reads < Limits.LINGER_READS_MAX) {
                reads++;
            }
        } catch (IOException gone) {
            // Nobody is there to read the answer.
        }
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException closed) {
            // The connection is gone either way.
        }
    }
}
