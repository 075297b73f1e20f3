package rein.gateway.egress;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Ticker;

/**
 * One live connection of a run and whatever was dialed for it, so that it can be cut from outside
 * at any moment, while dialing too. Used by the connection's threads, the sweeper and whoever cuts.
 *
 * <p>INVARIANT: a channel is attached before it is connected, and nothing is attached once the flow
 * is over.
 */
final class Flow implements AutoCloseable {
    static final String CLOSED = "closed";
    static final String CUT = "cut";
    static final String IDLE = "idle";

    private final SocketChannel agent;
    private final HangUps hangUps;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<SocketChannel> upstreams = new HashSet<>();
    private Optional<Clearance.Granted> granted = Optional.empty();
    private String end = CLOSED;
    private boolean over;
    private volatile long progressNanos;

    Flow(SocketChannel agent, HangUps hangUps, Ticker ticker) {
        this.agent = agent;
        this.hangUps = hangUps;
        this.ticker = ticker;
        this.progressNanos = ticker.nanos();
    }

    /** Called for every byte that moves either way. */
    void progress() {
        progressNanos = ticker.nanos();
    }

    long idleNanos() {
        return ticker.nanos() - progressNanos;
    }

    void attach(SocketChannel upstream) throws IOException {
        lock.lock();
        try {
            if (over) {
                upstream.close();
                throw new ClosedChannelException();
            }
            upstreams.add(upstream);
        } finally {
            lock.unlock();
        }
    }

    void detach(SocketChannel upstream) {
        lock.lock();
        try {
            upstreams.remove(upstream);
        } finally {
            lock.unlock();
        }
    }

    /** What this flow is open for now; looked at again when policy changes. */
    void serves(Clearance.Granted clearance) {
        lock.lock();
        try {
            granted = Optional.of(clearance);
        } finally {
            lock.unlock();
        }
    }

    Optional<Clearance.Granted> serves() {
        lock.lock();
        try {
            return granted;
        } finally {
            lock.unlock();
        }
    }

    /** How it ended, or {@link #CLOSED} if it goes on. */
    String end() {
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }

    boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nobody is there any more for whom something could wait. */
    boolean isDeserted() {
        return isOver() || hangUps.hungUp(agent);
    }

    /**
     * Ends it now: both ends are reset, and what the kernel still had to send is dropped.
     *
     * @return false if it was over already
     */
    boolean cut(String why) {
        return finish(why, true);
    }

    @Override
    public void close() {
        finish(CLOSED, false);
    }

    private boolean finish(String why, boolean reset) {
        lock.lock();
        try {
            if (over) {
                return false;
            }
            over = true;
            end = why;
            for (SocketChannel upstream : upstreams) {
                close(upstream, reset);
            }
            upstreams.clear();
            close(agent, reset);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static void close(SocketChannel channel, boolean reset) {
        try {
            if (reset && channel.isConnected()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException unset) {
            // It is closed below all the same.
        }
        try {
            channel.close();
        } catch (IOException closed) {
            // The descriptor is released either way.
        }
    }
}
