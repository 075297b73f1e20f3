package rein.gateway.egress;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * How a granted flow ended.
 *
 * @param how closed, cut, idle, unreachable or failed
 * @param address the one that was dialed; empty if none answered
 * @param sentBytes bytes given to the upstream
 * @param receivedBytes bytes that came from the upstream
 */
record FlowEnd(
        String how,
        Optional<InetSocketAddress> address,
        long sentBytes,
        long receivedBytes,
        long durationMillis) {}
