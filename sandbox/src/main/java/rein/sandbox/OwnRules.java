package rein.sandbox;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The node's rules as nft(8) lists them on this machine, taken once from a network that nobody but
 * the node can change. Safe for any thread.
 */
final class OwnRules {
    private final Linux linux;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<String> listing = Optional.empty();

    OwnRules(Linux linux) {
        this.linux = linux;
    }

    String listing() {
        lock.lock();
        try {
            if (listing.isEmpty()) {
                try (RunNetwork network = RunNetwork.open(linux)) {
                    listing = Optional.of(NetworkCheck.listing(network.namespace()));
                }
            }
            return listing.get();
        } finally {
            lock.unlock();
        }
    }
}
