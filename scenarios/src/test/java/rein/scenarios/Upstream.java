package rein.scenarios;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few lines of HTTP/1.1 on an address of this host: keeps connections alive, answers {@code
 * /endless} without end, and remembers what arrived.
 */
final class Upstream implements AutoCloseable {
    /** Longer than any buffer on the way, so that a body that arrives whole was relayed. */
    static final String BODY = "0123456789abcdef".repeat(20_000);

    private static final Duration BEAT = Duration.ofMillis(20);

    private final ServerSocket listener = new ServerSocket();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger endless = new AtomicInteger();

    Upstream(InetAddress address) throws IOException {
        listener.bind(new InetSocketAddress(address, 0));
        Thread.ofVirtual().start(this::accept);
    }

    /** {@code host:port}. */
    String authority() {
        return host() + ":" + port();
    }

    String host() {
        return listener.getInetAddress().getHostAddress();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** A policy file's text that grants exactly this host and port. */
    String grant() {
        return """
        @id("test-upstream")
        @reason("The upstream of this test.")
        permit (principal, action == Action::"network:connect", resource == Host::"%s")
        when { context.port == %d };
        """
                .formatted(host(), port());
    }

    /** First lines of requests, in the order of their arrival. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Connections accepted so far, whatever came on them. */
    int connections() {
        return connections.get();
    }

    /** Endless answers that still find a reader. */
    int endless() {
        return endless.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                requests.add(line);
                String header = in.readLine();
                while (header != null && !header.isEmpty()) {
                    header = in.readLine();
                }
                if (line.contains(" /endless ")) {
                    endless(out);
                }
                say(out, "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY);
            }
        } catch (IOException left) {
            // The other side is gone; what it had asked for is in the list.
        }
    }

    private void endless(OutputStream out) throws IOException {
        say(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        endless.incrementAndGet();
        try {
            while (true) {
                say(out, "4\r\nbeat\r\n");
                Await.pass(BEAT);
            }
        } finally {
            endless.decrementAndGet();
        }
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
