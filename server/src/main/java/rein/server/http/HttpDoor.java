package rein.server.http;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import rein.sandbox.Linux;
import rein.sandbox.Peer;

/**
 * Jetty core, without servlets, serving {@link Exchange}s on virtual threads over TCP and over a
 * Unix socket.
 */
public final class HttpDoor implements AutoCloseable {
    /**
     * Two acceptors, two selectors and what Jetty keeps for itself; requests run on virtual
     * threads.
     */
    private static final int PLATFORM_THREADS_MAX = 16;

    /** A management request head is small; a bearer token and a few filters fit many times over. */
    private static final int HEADER_BYTES_MAX = 16 * 1024;

    private static final int IDLE_MILLIS_MAX = 60_000;

    /**
     * What answers exchanges. Exceptions other than {@link ProblemException} become a 500 without
     * their message.
     */
    @FunctionalInterface
    public interface Answering {
        void answer(Exchange exchange) throws IOException;
    }

    private final Server server;
    private final Answering answering;
    private final Peer.Reader peers = new Peer.Reader(Linux.host());

    public HttpDoor(Answering answering) {
        this.answering = answering;
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS_MAX);
        threads.setName("http");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        this.server = new Server(threads);
        // A stop does not wait for readers of the live feed; what was answered was recorded before.
        server.setStopTimeout(0);
    }

    private HttpConnectionFactory http() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(true);
        configuration.setRequestHeaderSize(HEADER_BYTES_MAX);
        return new HttpConnectionFactory(configuration);
    }

    /** Adds a TCP listener; port 0 picks one. */
    public void tcp(String address, int port) {
        ServerConnector connector = new ServerConnector(server, 1, 1, http());
        connector.setHost(address);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS_MAX);
        server.addConnector(connector);
    }

    /** Adds a Unix socket; its callers are known by their uid. */
    public void unix(Path socket) {
        UnixDomainServerConnector connector = new UnixDomainServerConnector(server, 1, 1, http());
        connector.setUnixDomainPath(socket);
        connector.setIdleTimeout(IDLE_MILLIS_MAX);
        server.addConnector(connector);
    }

    /**
     * Starts listening.
     *
     * @throws ProblemException when a port is taken, with what to do
     */
    public void start() throws IOException {
        server.setHandler(
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        serve(new JettyExchange(request, response, peers), callback);
                        return true;
                    }
                });
        try {
            server.start();
        } catch (Exception e) {
            // Jetty declares Exception; what went wrong with a listener is an IOException in it or
            // below it.
            if (e instanceof BindException || e.getCause() instanceof BindException) {
                throw taken(e);
            }
            throw new IOException(
                    "the management API did not start: " + ProblemException.why(e), e);
        }
    }

    private static ProblemException taken(Exception e) {
        return new ProblemException(
                503,
                "port-taken",
                ProblemException.why(e)
                        + ". Another program listens there; choose another with --port or stop it.");
    }

    /** The TCP port really bound, or -1 when there is none. */
    public int port() {
        for (var connector : server.getConnectors()) {
            if (connector instanceof ServerConnector tcp) {
                return tcp.getLocalPort();
            }
        }
        return -1;
    }

    private void serve(JettyExchange exchange, Callback callback) {
        try {
            answering.answer(exchange);
            callback.succeeded();
        } catch (IOException | RuntimeException e) {
            callback.failed(e);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the management API did not stop: " + ProblemException.why(e), e);
        }
    }
}
