package rein.gateway.ingress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Ticker;

/**
 * One run's exposed ports: listeners on the host's loopback and the connections that came through
 * them. A virtual thread accepts on each listener, each connection has two.
 */
final class RunPorts implements AutoCloseable {
    /** Connections open at once per run; a browser opens six to a host, a test suite some more. */
    static final int CONNECTIONS_MAX = 64;

    /** Connections that wait to be accepted. */
    private static final int BACKLOG_MAX = 64;

    /** A connection to a loopback port is made or refused at once, unless the run is frozen. */
    private static final int CONNECT_MILLIS_MAX = 2_000;

    /** After a failed accept: long enough not to spin, short enough to serve. */
    private static final long ACCEPT_PAUSE_MILLIS = 100;

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** What is needed from elsewhere. */
    record Ports(RunContext context, RunLedger ledger, InsideSockets inside) {}

    private final Ports ports;
    private final Recorder recorder;
    private final Ticker ticker;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<InwardFlow> flows = new HashSet<>();
    private boolean closed;

    RunPorts(Ports ports, Recorder recorder, Ticker ticker) {
        this.ports = ports;
        this.recorder = recorder;
        this.ticker = ticker;
    }

    RunContext context() {
        return ports.context();
    }

    /**
     * Begins to listen.
     *
     * @return the same port, with the host's port that was taken
     */
    ExposedPort listen(ExposedPort wanted) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(LOOPBACK, wanted.hostPort()), BACKLOG_MAX);
        } catch (IOException taken) {
            listener.close();
            throw taken;
        }
        listeners.add(listener);
        int hostPort = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        ExposedPort bound = new ExposedPort(wanted.port(), hostPort);
        Thread.ofVirtual()
                .name("exposed-" + context().run().shortId() + "-" + hostPort)
                .start(() -> accept(listener, bound));
        return bound;
    }

    private void accept(ServerSocketChannel listener, ExposedPort port) {
        while (listener.isOpen()) {
            try {
                SocketChannel host = listener.accept();
                if (!room.tryAcquire()) {
                    ports.ledger().count(RunLedger.CONNECTIONS_REFUSED, 1);
                    shut(host);
                    continue;
                }
                Thread.ofVirtual()
                        .name("exposed-" + context().run().shortId() + "-connection")
                        .start(() -> serve(host, port));
            } catch (ClosedChannelException over) {
                return;
            } catch (IOException failed) {
                // No descriptors left: the kernel holds the rest back, or refuses them.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ACCEPT_PAUSE_MILLIS));
            }
        }
    }

    private void serve(SocketChannel host, ExposedPort port) {
        try {
            InwardFlow flow = new InwardFlow(host, ports.inside().open(), ticker);
            if (admit(flow)) {
                try {
                    pass(flow, host, port);
                } finally {
                    flow.close();
                    leave(flow);
                }
            } else {
                ports.ledger().count(RunLedger.CONNECTIONS_REFUSED, 1);
                flow.cut();
            }
        } catch (IOException | RuntimeException failed) {
            // No socket in the run, or it cannot be said whether it may: nothing passes.
            ports.ledger().count(RunLedger.CONNECTIONS_REFUSED, 1);
            shut(host);
        } finally {
            room.release();
        }
    }

    /** A stop order or a lapsed lease closes the way in as it closes the way out. */
    private boolean admit(InwardFlow flow) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            // INVARIANT: registered before the standing is asked for, so that a stop either is seen
            // here or cuts this flow.
            flows.add(flow);
        } finally {
            lock.unlock();
        }
        boolean stopped = true;
        try {
            stopped = context().standing().isPresent();
        } finally {
            if (stopped) {
                leave(flow);
            }
        }
        return !stopped;
    }

    private void leave(InwardFlow flow) {
        lock.lock();
        try {
            flows.remove(flow);
        } finally {
            lock.unlock();
        }
    }

    private void pass(InwardFlow flow, SocketChannel host, ExposedPort port) throws IOException {
        InetSocketAddress peer = (InetSocketAddress) host.getRemoteAddress();
        long start = ticker.nanos();
        UUID begun;
        try {
            begun = recorder.append(draft(port, peer, "opened").build()).stamp().id();
        } catch (RecordRefusedException unrecorded) {
            ports.ledger().count(RunLedger.RECORDS_REFUSED, 1);
            flow.cut();
            return;
        }
        String end = "closed";
        try {
            host.setOption(StandardSocketOptions.TCP_NODELAY, true);
            flow.run().setOption(StandardSocketOptions.TCP_NODELAY, true);
            flow.run()
                    .socket()
                    .connect(new InetSocketAddress(LOOPBACK, port.port()), CONNECT_MILLIS_MAX);
            flow.relay();
        } catch (IOException refused) {
            end = "nobody-listens";
        } finally {
            Draft.Builder draft =
                    draft(port, peer, flow.wasCut() ? "cut" : end)
                            .size("to-run-bytes", flow.toRunBytes())
                            .size("to-host-bytes", flow.toHostBytes())
                            .size("duration-millis", (ticker.nanos() - start) / 1_000_000)
                            .cause(begun);
            try {
                recorder.append(draft.build());
            } catch (RecordRefusedException | RuntimeException lost) {
                ports.ledger().count(RunLedger.RECORDS_REFUSED, 1);
            }
        }
    }

    private Draft.Builder draft(ExposedPort port, InetSocketAddress peer, String state) {
        return Draft.of(Kind.FLOW)
                .run(context().run())
                .detail("direction", "inbound")
                .detail("end", state)
                .detail("run-port", Integer.toString(port.port()))
                .detail("host-port", Integer.toString(port.hostPort()))
                .detail("peer", peer.getAddress().getHostAddress() + ":" + peer.getPort())
                .detail(
                        "sentence",
                        "inbound from this machine to port " + port.port() + " (" + state + ")");
    }

    /** Resets every connection; returns how many. */
    int cut() {
        List<InwardFlow> live;
        lock.lock();
        try {
            live = List.copyOf(flows);
        } finally {
            lock.unlock();
        }
        live.forEach(InwardFlow::cut);
        return live.size();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        for (ServerSocketChannel listener : listeners) {
            try {
                listener.close();
            } catch (IOException gone) {
                // It accepts no more either way.
            }
        }
        int _ = cut();
    }

    /** With a reset: an orderly end would look like an answer. */
    private static void shut(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        } catch (IOException closed) {
            // The descriptor is released either way.
        }
    }
}
