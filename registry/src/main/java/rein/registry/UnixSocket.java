package rein.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A {@link Socket} over a Unix socket channel, as far as a JDBC driver uses one. The JDK has the
 * channel but no socket for it; the channel's own blocking streams know no read timeout, so this
 * waits with a selector. One thread reads or writes at a time (the driver's own lock); {@code
 * close} may come from any thread and ends the wait. An interrupt closes the socket, as it does for
 * the JDK's sockets on virtual threads.
 */
final class UnixSocket extends Socket {
    /** Linux gives Unix sockets about 208 KiB; the driver only logs the figure. */
    private static final int BUFFER_BYTES = 208 * 1024;

    private final Path path;
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private volatile int readMillisMax;

    UnixSocket(Path path) {
        this.path = path;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            selector = Selector.open();
            channel.configureBlocking(false);
            key = channel.register(selector, 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A Unix socket connects at once or not at all; the address and the timeout do not matter. */
    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(path));
    }

    @Override
    public InputStream getInputStream() {
        return new In();
    }

    @Override
    public OutputStream getOutputStream() {
        return new Out();
    }

    /** Waits until the channel is ready. */
    private void await(int operation, int millisMax) throws IOException {
        try {
            key.interestOps(operation);
            int ready = selector.select(millisMax);
            selector.selectedKeys().clear();
            if (Thread.currentThread().isInterrupted()) {
                close();
                throw new InterruptedIOException("interrupted while talking to PostgreSQL");
            }
            if (ready == 0 && millisMax > 0 && channel.isOpen()) {
                throw new SocketTimeoutException("nothing from PostgreSQL in " + millisMax + " ms");
            }
        } catch (ClosedSelectorException | java.nio.channels.CancelledKeyException e) {
            throw (SocketException) new SocketException("Socket closed").initCause(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void setSoTimeout(int millis) {
        readMillisMax = millis;
    }

    @Override
    public int getSoTimeout() {
        return readMillisMax;
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    // What follows are TCP's options, which a Unix socket does not have.

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return false;
    }

    @Override
    public void setReceiveBufferSize(int size) {}

    @Override
    public int getReceiveBufferSize() {
        return BUFFER_BYTES;
    }

    @Override
    public void setSendBufferSize(int size) {}

    @Override
    public int getSendBufferSize() {
        return BUFFER_BYTES;
    }

    private final class In extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            int count = channel.read(buffer);
            while (count == 0) {
                await(SelectionKey.OP_READ, readMillisMax);
                count = channel.read(buffer);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                if (channel.write(buffer) == 0) {
                    await(SelectionKey.OP_WRITE, readMillisMax);
                }
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }
}
