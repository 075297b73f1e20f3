package rein.gateway.egress;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.vocabulary.Cut;
import rein.vocabulary.Enforcer;
import rein.vocabulary.StopOrder;

/**
 * The egress door of a node: all runs' ways out to the network. One per node; safe for any thread.
 * A virtual thread of its own closes idle flows and writes counted denials.
 */
public final class EgressDoor implements Enforcer, AutoCloseable {
    private final Parts parts;
    private final Room room = new Room(Limits.CONNECTIONS_PER_NODE_MAX);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Map<UUID, RunDoor> runs = new TreeMap<>();
    private boolean closed;

    public EgressDoor(Parts parts) {
        this.parts = parts;
        Thread.ofVirtual().name("egress-sweeper").start(this::sweepUntilClosed);
    }

    /**
     * Opens the way out of one run. The listeners are owned from here on; close the run's door when
     * the run ends.
     *
     * @param ledger the run's, shared with its other doors
     * @throws IllegalStateException if the door is closed or the run has one already
     */
    public RunDoor open(RunContext context, RunListeners listeners, RunLedger ledger) {
        return open(context, listeners, ledger, KnownNames.NONE);
    }

    /**
     * As above, for a run that an earlier node began.
     *
     * @param names as {@link RunDoor#names} said them: each keeps its address
     */
    public RunDoor open(
            RunContext context, RunListeners listeners, RunLedger ledger, KnownNames names) {
        RunDoor door = new RunDoor(context, listeners, parts, ledger, room, names);
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the egress door is closed");
            }
            if (runs.putIfAbsent(door.run().id(), door) != null) {
                throw new IllegalStateException("run " + door.run().id() + " is open already");
            }
        } finally {
            lock.unlock();
        }
        door.start();
        return door;
    }

    /** A run's door, while it is open. */
    public Optional<RunDoor> find(UUID run) {
        lock.lock();
        try {
            return Optional.ofNullable(runs.get(run));
        } finally {
            lock.unlock();
        }
    }

    /** Closes a run's door and forgets it; nothing happens if it has none. */
    public void close(UUID run) {
        RunDoor door;
        lock.lock();
        try {
            door = runs.get(run);
        } finally {
            lock.unlock();
        }
        if (door == null) {
            return;
        }
        // Still registered while it closes, so that a stop order that comes now covers it too.
        door.close();
        lock.lock();
        try {
            boolean _ = runs.remove(run, door);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Resets every live flow of the runs covered, before it returns. That no new one is opened is
     * for {@link RunContext#standing()}, which must deny already.
     */
    @Override
    public Set<Cut> cut(StopOrder order) {
        return doors().stream()
                .filter(door -> order.scope().covers(door.run()))
                .map(this::cut)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Cut cut(RunDoor door) {
        long start = parts.ticker().nanos();
        int cut = door.cutAll();
        return new Cut(
                door.run().id(), "flows-cut", cut, 0, (parts.ticker().nanos() - start) / 1_000);
    }

    /**
     * After a change of policy or a grant's end: cuts the flows that would now be denied.
     *
     * @return how many were cut, in all runs
     */
    public int recheck() {
        return doors().stream().mapToInt(RunDoor::recheck).sum();
    }

    private List<RunDoor> doors() {
        lock.lock();
        try {
            return List.copyOf(runs.values());
        } finally {
            lock.unlock();
        }
    }

    private void sweepUntilClosed() {
        while (true) {
            lock.lock();
            try {
                long nanos = TimeUnit.MILLISECONDS.toNanos(Limits.SWEEP_MILLIS);
                while (!closed && nanos > 0) {
                    nanos = closing.awaitNanos(nanos);
                }
                if (closed) {
                    return;
                }
            } catch (InterruptedException interrupted) {
                return;
            } finally {
                lock.unlock();
            }
            for (RunDoor door : doors()) {
                sweep(door);
            }
        }
    }

    /** One run whose records fail must not keep the others' idle flows open. */
    private static void sweep(RunDoor door) {
        try {
            door.sweep();
        } catch (RuntimeException failed) {
            door.ledger().count(RunLedger.RECORDS_REFUSED, 1);
        }
    }

    /** Closes every run's door. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        doors().forEach(door -> close(door.run().id()));
    }
}
