package rein.gateway.ingress;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import rein.vocabulary.Ticker;

/**
 * One connection from the host to a port of a run. The calling thread carries what the run says, a
 * virtual thread of its own what the host says; any thread may cut it.
 */
final class InwardFlow {
    /** As long as the egress door lets a flow be idle. */
    private static final int IDLE_SECONDS_MAX = 900;

    /** One buffer each way; loopback needs no more. */
    private static final int BUFFER_BYTES = 16 * 1024;

    private final SocketChannel host;
    private final SocketChannel run;
    private final Ticker ticker;
    private final AtomicLong toRun = new AtomicLong();
    private final AtomicLong toHost = new AtomicLong();
    private final AtomicBoolean cut = new AtomicBoolean();
    private volatile long progressNanos;

    /**
     * @param host accepted
     * @param run not connected yet
     */
    InwardFlow(SocketChannel host, SocketChannel run, Ticker ticker) {
        this.host = host;
        this.run = run;
        this.ticker = ticker;
        this.progressNanos = ticker.nanos();
    }

    SocketChannel run() {
        return run;
    }

    long toRunBytes() {
        return toRun.get();
    }

    long toHostBytes() {
        return toHost.get();
    }

    boolean wasCut() {
        return cut.get();
    }

    /** Passes bytes both ways until both ends are done. */
    void relay() {
        Thread inward =
                Thread.ofVirtual().name("exposed-inward").start(() -> carry(host, run, toRun));
        carry(run, host, toHost);
        try {
            inward.join();
        } catch (InterruptedException interrupted) {
            close();
            Thread.currentThread().interrupt();
        }
    }

    private void carry(SocketChannel from, SocketChannel to, AtomicLong count) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            from.socket().setSoTimeout((int) TimeUnit.SECONDS.toMillis(IDLE_SECONDS_MAX));
            InputStream in = from.socket().getInputStream();
            while (true) {
                int n = read(in, buffer);
                if (n < 0) {
                    to.shutdownOutput();
                    return;
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                count.addAndGet(n);
                progressNanos = ticker.nanos();
            }
        } catch (IOException over) {
            // A reset, an idle flow, or it was cut: neither side can go on.
            close();
        }
    }

    /** One direction may be quiet for long while the other is not. */
    private int read(InputStream in, byte[] buffer) throws IOException {
        while (true) {
            try {
                return in.read(buffer);
            } catch (SocketTimeoutException quiet) {
                if (ticker.nanos() - progressNanos >= TimeUnit.SECONDS.toNanos(IDLE_SECONDS_MAX)) {
                    throw quiet;
                }
            }
        }
    }

    /** Resets both ends. */
    void cut() {
        cut.set(true);
        for (SocketChannel each : new SocketChannel[] {host, run}) {
            try {
                if (each.isConnected()) {
                    each.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
            } catch (IOException unset) {
                // It is closed below all the same.
            }
        }
        close();
    }

    void close() {
        for (SocketChannel each : new SocketChannel[] {host, run}) {
            try {
                each.close();
            } catch (IOException closed) {
                // The descriptor is released either way.
            }
        }
    }
}
