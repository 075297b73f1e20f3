package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server on loopback that counts its connections and keeps what it was sent. */
final class Upstream implements AutoCloseable {
    /** What it does with a connection. */
    interface Talk {
        void with(Lab.Peer peer) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final AtomicInteger connections = new AtomicInteger();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Upstream(Talk talk) throws IOException {
        listener = new ServerSocket(0, 50, Lab.LOOPBACK);
        Thread.ofVirtual().start(() -> serve(talk));
    }

    static Upstream talking(Talk talk) throws IOException {
        return new Upstream(talk);
    }

    /** Sends back whatever it gets. */
    static Upstream echo() throws IOException {
        return new Upstream(
                peer -> peer.socket.getInputStream().transferTo(peer.socket.getOutputStream()));
    }

    private void serve(Talk talk) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual()
                        .start(() -> {
                            try (Lab.Peer peer = new Lab.Peer(socket)) {
                                talk.with(peer);
                            } catch (IOException | InterruptedException over) {
                                // The door or the test ended it.
                            } finally {
                                ended.countDown();
                            }
                        });
            } catch (IOException closed) {
                return;
            }
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /** Waits until a connection has ended. */
    boolean ended() {
        try {
            return ended.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    void keep(String text) {
        received.writeBytes(text.getBytes(ISO_8859_1));
    }

    String received() {
        return received.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
