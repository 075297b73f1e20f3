package rein.gateway.ingress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.vocabulary.Cut;
import rein.vocabulary.Enforcer;
import rein.vocabulary.Recorder;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Ticker;

/**
 * All exposed ports of a node: listeners on the host's own loopback, each of which leads to one
 * port of one run and nowhere else. Safe for any thread.
 */
public final class ExposedPorts implements Enforcer, AutoCloseable {
    /** Ports of one run; more is a network of its own. */
    public static final int PORTS_MAX = 16;

    private final Recorder recorder;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, RunPorts> runs = new TreeMap<>();

    public ExposedPorts(Recorder recorder, Ticker ticker) {
        this.recorder = recorder;
        this.ticker = ticker;
    }

    /**
     * Opens ports of a run, all or none.
     *
     * @param inside makes the sockets that reach into the run
     * @return the ports with the host's ports that were taken, in the same order
     * @throws IOException if a port of the host cannot be had
     */
    public List<ExposedPort> open(
            RunContext context, RunLedger ledger, List<ExposedPort> wanted, InsideSockets inside)
            throws IOException {
        if (wanted.isEmpty()) {
            return List.of();
        }
        if (wanted.size() > PORTS_MAX) {
            throw new IOException("a run may expose at most " + PORTS_MAX + " ports");
        }
        RunPorts ports =
                new RunPorts(new RunPorts.Ports(context, ledger, inside), recorder, ticker);
        // INVARIANT: known before it listens, so that a stop finds it.
        lock.lock();
        try {
            if (runs.putIfAbsent(context.run().id(), ports) != null) {
                throw new IllegalStateException("the ports of this run are open already");
            }
        } finally {
            lock.unlock();
        }
        List<ExposedPort> bound = new ArrayList<>();
        for (ExposedPort each : wanted) {
            try {
                bound.add(ports.listen(each));
            } catch (IOException taken) {
                close(context.run().id());
                throw new IOException(
                        "127.0.0.1:" + each.hostPort() + " cannot be had: " + taken.getMessage(),
                        taken);
            }
        }
        return List.copyOf(bound);
    }

    /** Closes a run's ports and forgets them; nothing happens if it has none. */
    public void close(UUID run) {
        RunPorts ports;
        lock.lock();
        try {
            ports = runs.remove(run);
        } finally {
            lock.unlock();
        }
        if (ports != null) {
            ports.close();
        }
    }

    /** Resets the connections of the runs covered; their ports refuse new ones while it stands. */
    @Override
    public Set<Cut> cut(StopOrder order) {
        Set<Cut> cuts = new HashSet<>();
        for (RunPorts ports : open()) {
            if (order.scope().covers(ports.context().run())) {
                long start = ticker.nanos();
                int cut = ports.cut();
                cuts.add(
                        new Cut(
                                ports.context().run().id(),
                                "inbound-cut",
                                cut,
                                0,
                                (ticker.nanos() - start) / 1_000));
            }
        }
        return Set.copyOf(cuts);
    }

    private List<RunPorts> open() {
        lock.lock();
        try {
            return List.copyOf(runs.values());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        open().forEach(ports -> close(ports.context().run().id()));
    }
}
