package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Who hung up is seen by the kernel's state of the connection, and nothing is read for it. */
final class HangUpTest {
    private static final int TRIES_MAX = 1_000_000;

    private final HangUp hangUp = new HangUp(Linux.host());

    @Test
    void aCloseIsSeenBehindWhatWasSentAndLeavesItToBeRead() throws IOException {
        try (ServerSocketChannel listener = listener()) {
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            client.write(ByteBuffer.wrap(new byte[] {7}));
            assertThat(hangUp.of(accepted)).as("it is there").isFalse();
            client.close();
            comes(() -> hangUp.of(accepted));
            ByteBuffer read = ByteBuffer.allocate(2);
            assertThat(accepted.read(read)).isEqualTo(1);
            assertThat(accepted.read(read)).as("the end follows").isEqualTo(-1);
            accepted.close();
        }
    }

    @Test
    void aResetIsSeenToo() throws IOException {
        try (ServerSocketChannel listener = listener()) {
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            assertThat(hangUp.of(accepted)).isFalse();
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            comes(() -> hangUp.of(accepted));
            accepted.close();
        }
    }

    private static ServerSocketChannel listener() throws IOException {
        return ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** The kernel delivers over loopback at once, yet not always before the next call. */
    private static void comes(BooleanSupplier seen) {
        int tries = 0;
        while (!seen.getAsBoolean() && tries < TRIES_MAX) {
            tries++;
            Thread.onSpinWait();
        }
        assertThat(seen.getAsBoolean()).isTrue();
    }
}
