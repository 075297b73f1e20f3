package rein.gateway.egress;

import java.io.IOException;
import rein.gateway.Refusals;

/**
 * Watches a flow that was let through because the client kept silent, or said what nobody knows.
 * What either side says first is looked at before it is passed on, so that silence is no way around
 * the protocol's own policy: a banner from upstream is decided on as what it shows, and a client
 * that then speaks a protocol it should have opened with is cut.
 */
final class Silence {
    private final Scope scope;
    private final Ask ask;

    Silence(Scope scope, Ask ask) {
        this.scope = scope;
        this.ask = ask;
    }

    /** The upstream speaks first; what its banner shows must be permitted as that. */
    boolean upstream(Wire wire) throws IOException {
        int first = wire.pendingLength() > 0 ? 1 : wire.fill(Limits.BANNER_BYTES_MAX, 0);
        if (first < 0) {
            return true;
        }
        Protocol told = Banner.await(wire, Limits.PEEK_MILLIS_MAX, scope.ticker());
        return !Protocol.SERVER_FIRST.contains(told) || granted(ask.protocol(told));
    }

    /** The agent answers, or speaks late. */
    boolean agent(Wire wire) throws IOException {
        Opening opening = opening(wire);
        return switch (opening) {
            case Opening.Unknown _, Opening.Silent _ -> true;
            case Opening.Ssh _ -> granted(ask.protocol(Protocol.SSH));
            case Opening.Tls _, Opening.Http _, Opening.Stratum _, Opening.Socks _ -> {
                Ask late = ask.protocol(opening.protocol());
                scope.gate().refuse(late, Refusals.lateOpening(opening.protocol().label()));
                yield false;
            }
        };
    }

    private boolean granted(Ask told) {
        return scope.gate().clear(told) instanceof Clearance.Granted;
    }

    /**
     * Waits for the first byte as long as the flow may be idle, then for the rest of an opening.
     */
    private Opening opening(Wire wire) throws IOException {
        int first = wire.pendingLength() > 0 ? 1 : wire.fill(Limits.PEEK_BYTES_MAX, 0);
        return first < 0
                ? new Opening.Silent()
                : FirstBytes.await(wire, Limits.PEEK_MILLIS_MAX, scope.ticker());
    }
}
