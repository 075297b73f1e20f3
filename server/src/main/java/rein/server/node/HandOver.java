package rein.server.node;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import rein.sandbox.Keeper;

/**
 * All that one node leaves to the next: who it was, when, and its runs.
 *
 * @param node the node's name; a hand-over is for the same node
 * @param boot which start of the machine; processes do not outlive it
 * @param writtenNanos when, on the boot clock
 * @param seconds how long the watcher keeps the runs
 * @param keeper that watcher
 */
public record HandOver(
        int version,
        String tenant,
        String node,
        UUID boot,
        long writtenNanos,
        int seconds,
        Keeper keeper,
        List<HandedRun> runs) {
    /** Another version is refused: a node that cannot read all of it must not go on with part. */
    public static final int VERSION = 2;

    /** The longest time that runs stand without a node. */
    public static final int SECONDS_MAX = 60;

    public HandOver {
        runs = List.copyOf(runs);
    }

    public Set<UUID> ids() {
        Set<UUID> ids = new TreeSet<>();
        runs.forEach(run -> ids.add(run.sandbox().run().id()));
        return ids;
    }
}
