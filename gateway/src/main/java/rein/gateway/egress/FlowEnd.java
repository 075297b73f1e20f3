package rein.gateway.egress;

import java.net.InetSocketAddress;
import java.util.Optional;
import rein.vocabulary.Ticker;

/**
 * How a granted flow ended.
 *
 * @param how closed, cut, idle, unreachable, failed, proxy-refused, denied (by its banner), or
 *     agent-first: the agent spoke while a banner was awaited, and was served anew
 * @param address the one that was dialed; empty if none answered
 * @param sentBytes bytes given to the upstream
 * @param receivedBytes bytes that came from the upstream
 */
record FlowEnd(
        String how,
        Optional<InetSocketAddress> address,
        long sentBytes,
        long receivedBytes,
        long durationMillis) {

    /** The end, now, of what began then. */
    static FlowEnd of(
            String how, Optional<Dialer.Upstream> dialed, long startNanos, Ticker ticker) {
        return new FlowEnd(
                how,
                dialed.map(Dialer.Upstream::address),
                dialed.map(up -> up.wire().sent()).orElse(0L),
                dialed.map(up -> up.wire().received()).orElse(0L),
                (ticker.nanos() - startNanos) / 1_000_000);
    }
}
