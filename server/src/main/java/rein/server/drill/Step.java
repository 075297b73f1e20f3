package rein.server.drill;

/**
 * One thing that ROME did or could have done.
 *
 * @param command a bash script, the same without Rein and with it
 */
record Step(String id, String title, String command, Proof proof) {

    /** How a step shows that it works without Rein, and that it does not with it. */
    sealed interface Proof {
        /**
         * A peer outside is reached without Rein; with Rein it receives nothing and a denial names
         * the destination.
         *
         * @param peer the listener whose contacts count
         * @param destination host and port, or the beginning of it, as the record says it
         */
        record PeerSilent(String peer, String destination) implements Proof {}

        /**
         * As {@link PeerSilent}, for packets that are not TCP: no decision is made, the kernel
         * refuses and counts.
         */
        record PacketsRefused(String peer) implements Proof {}

        /**
         * A reverse tunnel comes up without Rein; with Rein its peer receives nothing, the run is
         * suspended.
         *
         * @param port where the tunnel would listen on the far side
         */
        record TunnelRefused(String peer, String destination, int port) implements Proof {}

        /** The script prints SUCCEEDED without Rein and does not with it. */
        record NotPossible() implements Proof {}

        /** As {@link NotPossible}, and a denial names the destination. */
        record NotReachable(String destination) implements Proof {}

        /** The script prints CPU seconds used; with Rein not more than the quota allows. */
        record HeldAtQuota() implements Proof {}

        /** The script prints STARTED and leaves a daemon; with Rein it dies with the run. */
        record DiesWithRun() implements Proof {}
    }
}
