package rein.gateway.egress;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import rein.vocabulary.Ticker;

/**
 * The addresses of this machine's interfaces, read again when older than {@link #AGE}. Safe for any
 * thread. If they cannot be read, an exception: a door that does not know them lets nothing pass.
 */
public final class HostAddresses implements Supplier<Set<InetAddress>> {
    /** Listing interfaces takes about a millisecond; an address seldom comes or goes. */
    static final Duration AGE = Duration.ofSeconds(5);

    private record Listed(Set<InetAddress> addresses, long atNanos) {}

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private Listed listed;

    public HostAddresses(Ticker ticker) {
        this.ticker = ticker;
        this.listed = list(ticker.nanos());
    }

    @Override
    public Set<InetAddress> get() {
        lock.lock();
        try {
            long now = ticker.nanos();
            if (now - listed.atNanos() >= AGE.toNanos()) {
                listed = list(now);
            }
            return listed.addresses();
        } finally {
            lock.unlock();
        }
    }

    private static Listed list(long now) {
        try {
            Set<InetAddress> addresses = new HashSet<>();
            var interfaces = NetworkInterface.networkInterfaces().toList();
            for (NetworkInterface each : interfaces) {
                for (InetAddress address : each.inetAddresses().toList()) {
                    // Without the scope, so that fe80::1%eth0 equals fe80::1.
                    addresses.add(InetAddress.getByAddress(address.getAddress()));
                }
            }
            return new Listed(Set.copyOf(addresses), now);
        } catch (SocketException | UnknownHostException failed) {
            throw new IllegalStateException("cannot list this machine's addresses", failed);
        }
    }
}
