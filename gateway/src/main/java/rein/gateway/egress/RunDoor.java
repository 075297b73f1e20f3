package rein.gateway.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import rein.gateway.DenialFold;
import rein.gateway.Refusals;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.vocabulary.Decision;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;

/**
 * One run's way out: its listeners and its live flows. A virtual thread accepts on each listener,
 * another answers names, and each connection has one or two of its own. Closing it closes the
 * listeners, resets the flows and writes what is still to be recorded.
 */
public final class RunDoor implements AutoCloseable {
    /**
     * After a failed accept (no descriptors left): long enough not to spin, short enough to serve.
     */
    private static final long ACCEPT_PAUSE_MILLIS = 100;

    private final RunContext context;
    private final Run run;
    private final RunListeners listeners;
    private final Parts parts;
    private final Room nodeRoom;
    private final RunLedger ledger;
    private final DenialFold fold;
    private final Gate gate;
    private final Scope scope;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private final Set<Flow> flows = new HashSet<>();
    private boolean closed;

    RunDoor(
            RunContext context,
            RunListeners listeners,
            Parts parts,
            RunLedger ledger,
            Room nodeRoom,
            KnownNames names) {
        this.context = context;
        this.run = context.run();
        this.listeners = listeners;
        this.parts = parts;
        this.nodeRoom = nodeRoom;
        this.ledger = ledger;
        this.fold = new DenialFold(parts.recorder(), parts.ticker());
        this.gate = new Gate(context, ledger, parts, fold);
        this.scope = new Scope(gate, ledger, new SyntheticNames(names), parts);
    }

    void start() {
        String name = "egress-" + run.shortId();
        NameServer names =
                new NameServer(listeners.names(), scope.names(), context, ledger, parts.recorder());
        Thread.ofVirtual().name(name + "-names").start(names);
        Thread.ofVirtual().name(name + "-redirected").start(() -> accept(false));
        Thread.ofVirtual().name(name + "-proxy").start(() -> accept(true));
    }

    public Run run() {
        return run;
    }

    /** The run's counters and taints, shared with its other doors. */
    public RunLedger ledger() {
        return ledger;
    }

    /** The names that have an address in this run now. */
    public KnownNames names() {
        return scope.names().known();
    }

    /** Resets every live flow and waits, with a bound, until each has written its last record. */
    public void settle() {
        int _ = cutAll();
        awaitFlows();
    }

    /** Connections open now. */
    public int live() {
        lock.lock();
        try {
            return flows.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Cuts the live flows that policy would no longer allow, each recorded as a denial first.
     *
     * @return how many were cut
     */
    public int recheck() {
        int cut = 0;
        for (Flow flow : snapshot()) {
            Optional<Clearance.Granted> granted = flow.serves();
            if (granted.isPresent()) {
                Decision now = gate.again(granted.get());
                if (!now.allowed()) {
                    gate.refuse(granted.get().ask(), now);
                    cut += flow.cut(Flow.CUT) ? 1 : 0;
                }
            }
        }
        return cut;
    }

    /** Resets every live flow; returns when all are closed. */
    int cutAll() {
        int cut = 0;
        for (Flow flow : snapshot()) {
            cut += flow.cut(Flow.CUT) ? 1 : 0;
        }
        return cut;
    }

    void sweep() {
        long idleNanosMax = TimeUnit.SECONDS.toNanos(Limits.IDLE_SECONDS_MAX);
        for (Flow flow : snapshot()) {
            if (flow.idleNanos() > idleNanosMax) {
                flow.cut(Flow.IDLE);
            }
        }
        fold.sweep();
    }

    private List<Flow> snapshot() {
        lock.lock();
        try {
            return List.copyOf(flows);
        } finally {
            lock.unlock();
        }
    }

    private void accept(boolean proxy) {
        ServerSocketChannel listener = proxy ? listeners.proxy() : listeners.redirected();
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                Flow flow = new Flow(channel, parts.hangUps(), parts.ticker());
                Optional<Decision> full = admit(flow);
                if (full.isPresent()) {
                    refuseBusy(channel, proxy, full.get());
                    flow.cut(Flow.CUT);
                } else {
                    Thread.ofVirtual()
                            .name("egress-" + run.shortId() + "-connection")
                            .start(() -> serve(flow, channel, proxy));
                }
            } catch (ClosedChannelException over) {
                return;
            } catch (IOException failed) {
                pause();
            }
        }
    }

    private Optional<Decision> admit(Flow flow) {
        lock.lock();
        try {
            if (closed || !nodeRoom.enter(flows.size())) {
                int share = nodeRoom.share();
                return Optional.of(
                        share < Limits.CONNECTIONS_PER_RUN_MAX
                                ? Refusals.tooManyConnections(share, "run's share of this node")
                                : Refusals.tooManyConnections(share, "run"));
            }
            flows.add(flow);
            ledger.count(RunLedger.CONNECTIONS, 1);
            ledger.opened(1);
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void refuseBusy(SocketChannel channel, boolean proxy, Decision why) throws IOException {
        ledger.count(RunLedger.CONNECTIONS_REFUSED, 1);
        gate.refuse(here(channel, proxy), why);
    }

    private void serve(Flow flow, SocketChannel channel, boolean proxy) {
        try {
            // Heads and chunks are small writes; waiting for more (Nagle) would cost 40 ms each.
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Passage passage = new Passage(scope, flow, new Wire(channel));
            if (proxy) {
                passage.proxied();
            } else {
                passage.redirected(original(channel));
            }
        } catch (IOException over) {
            // The agent left, or the flow was cut; what was granted has its last record.
        } catch (RuntimeException | StackOverflowError failed) {
            refuseFailed(channel, proxy, failed);
        } finally {
            flow.close();
            leave(flow);
        }
    }

    private InetSocketAddress original(SocketChannel channel) {
        try {
            return parts.originals().of(channel);
        } catch (IOException unknown) {
            throw new IllegalStateException("no original destination", unknown);
        }
    }

    private void refuseFailed(SocketChannel channel, boolean proxy, Throwable failed) {
        try {
            gate.refuse(
                    here(channel, proxy), Refusals.doorError(failed.getClass().getSimpleName()));
        } catch (IOException gone) {
            ledger.count(RunLedger.DENIALS, 1);
        }
    }

    /** The ask of a connection of which nothing is known but where it arrived. */
    private static Ask here(SocketChannel channel, boolean proxy) throws IOException {
        InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
        return Ask.of(
                Destination.of(local.getAddress(), local.getPort()),
                Protocol.UNKNOWN,
                proxy ? Route.FORWARD : Route.TRANSPARENT);
    }

    private void leave(Flow flow) {
        lock.lock();
        try {
            if (flows.remove(flow)) {
                nodeRoom.leave();
                ledger.opened(-1);
                left.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(ACCEPT_PAUSE_MILLIS);
            while (!closed && nanos > 0) {
                nanos = left.awaitNanos(nanos);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        close(listeners.redirected());
        close(listeners.proxy());
        close(listeners.names());
        int _ = cutAll();
        awaitFlows();
        long lost = fold.close();
        recordLoss(lost);
    }

    private void awaitFlows() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(Limits.CLOSE_MILLIS_MAX);
        lock.lock();
        try {
            while (!flows.isEmpty() && nanos > 0) {
                nanos = left.awaitNanos(nanos);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Says what of this run could not be recorded, so that nothing is dropped in silence. */
    private void recordLoss(long denialsLost) {
        long refused = ledger.counter(RunLedger.RECORDS_REFUSED);
        long names = ledger.counter(RunLedger.NAME_LOOKUPS_UNRECORDED);
        if (refused + names + denialsLost == 0) {
            return;
        }
        try {
            parts.recorder()
                    .append(
                            Draft.of(Kind.LOSS)
                                    .run(run)
                                    .door(Door.EGRESS)
                                    .size(RunLedger.RECORDS_REFUSED, refused)
                                    .size(RunLedger.NAME_LOOKUPS_UNRECORDED, names)
                                    .size("denials-unrecorded", denialsLost)
                                    .build());
        } catch (RecordRefusedException full) {
            ledger.count(RunLedger.RECORDS_REFUSED, 1);
        }
    }

    private static void close(NetworkChannel channel) {
        try {
            channel.close();
        } catch (IOException closed) {
            // It accepts no more either way.
        }
    }
}
