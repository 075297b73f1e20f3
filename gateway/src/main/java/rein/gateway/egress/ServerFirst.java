package rein.gateway.egress;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import rein.gateway.GatewayException;
import rein.gateway.Refusals;

/**
 * A connection whose client keeps silent towards a destination where policy permits a protocol in
 * which the upstream speaks first. The door dials, looks at the banner and decides on what it
 * shows.
 *
 * <p>INVARIANT: no byte of the upstream reaches the agent, and none of the agent's the upstream,
 * before the banner is judged and the judgement recorded.
 */
final class ServerFirst {
    private enum Heard {
        UPSTREAM,
        AGENT,
        NOBODY,
        END
    }

    private final Scope scope;
    private final Flow flow;
    private final Wire agent;
    private final Ask silent;

    ServerFirst(Scope scope, Flow flow, Wire agent, Destination to, Route route) {
        this.scope = scope;
        this.flow = flow;
        this.agent = agent;
        this.silent = Ask.of(to, Protocol.SILENT, route);
    }

    /**
     * Serves it, if it is one.
     *
     * @return false if nothing of the kind is permitted, or the agent spoke after all
     */
    boolean run() throws IOException {
        Optional<Ask> ask = permitted();
        if (ask.isEmpty()) {
            return false;
        }
        return switch (scope.gate().clear(ask.get().awaitingBanner(), flow::isDeserted)) {
            case Clearance.Refused refused -> {
                Explanation.give(new Opening.Silent(), refused, agent);
                yield true;
            }
            case Clearance.Granted granted -> meet(granted);
        };
    }

    /**
     * The first protocol that policy permits; what needs no approval comes first, then what names
     * the destination.
     */
    private Optional<Ask> permitted() {
        return Protocol.SERVER_FIRST.stream()
                .map(silent::protocol)
                .filter(scope.gate()::foresees)
                .min(
                        Comparator.comparing((Ask ask) -> !scope.gate().again(ask).allowed())
                                .thenComparing(ask -> !scope.gate().again(ask).names()));
    }

    private boolean meet(Clearance.Granted first) throws IOException {
        Clearance.Granted granted = first;
        scope.gate().serve(flow, granted);
        long start = scope.ticker().nanos();
        Optional<Dialer.Upstream> dialed = Optional.empty();
        String end = Flow.CLOSED;
        try {
            Dialer.Upstream upstream = Dialer.dial(granted, flow, scope.ticker());
            dialed = Optional.of(upstream);
            Heard heard = listen(upstream.wire());
            if (heard == Heard.AGENT) {
                end = "agent-first";
                upstream.wire().close();
                flow.detach(upstream.wire().channel());
                return false;
            }
            if (heard != Heard.END) {
                Optional<Clearance.Granted> judged = judge(granted, heard, upstream.wire());
                if (judged.isPresent()) {
                    granted = judged.get();
                    scope.gate().serve(flow, granted);
                    relay(granted.ask(), upstream.wire());
                } else {
                    end = "denied";
                }
            }
        } catch (GatewayException failed) {
            end = Unreached.say(scope.gate(), granted, failed, new Opening.Silent(), agent);
        } finally {
            String how = flow.end().equals(Flow.CLOSED) ? end : flow.end();
            scope.gate().ended(granted, FlowEnd.of(how, dialed, start, scope.ticker()));
        }
        return true;
    }

    /** Who speaks first. Neither side gets anything of the other yet. */
    private Heard listen(Wire upstream) throws IOException {
        if (upstream.pendingLength() > 0) {
            // It came together with a proxy's answer.
            return Heard.UPSTREAM;
        }
        long deadline = scope.ticker().nanos() + Limits.BANNER_MILLIS_MAX * 1_000_000L;
        while (scope.ticker().nanos() < deadline) {
            int banner = upstream.fill(Limits.BANNER_BYTES_MAX, Limits.BANNER_SLICE_MILLIS);
            if (banner != 0) {
                return banner < 0 ? Heard.END : Heard.UPSTREAM;
            }
            int late = agent.fill(Limits.PEEK_BYTES_MAX, 1);
            if (late != 0) {
                return late < 0 ? Heard.END : Heard.AGENT;
            }
        }
        return Heard.NOBODY;
    }

    /** Decides on what the banner shows; empty: denied, and recorded as such. */
    private Optional<Clearance.Granted> judge(Clearance.Granted granted, Heard heard, Wire upstream)
            throws IOException {
        Protocol told =
                heard == Heard.NOBODY
                        ? Protocol.UNKNOWN
                        : Banner.await(upstream, Limits.PEEK_MILLIS_MAX, scope.ticker());
        if (told == granted.ask().protocol()) {
            return Optional.of(granted);
        }
        Ask seen = silent.evidence(Evidence.of(upstream.pending(), upstream.pendingLength()));
        if (told != Protocol.UNKNOWN) {
            return cleared(scope.gate().clear(seen.protocol(told), flow::isDeserted));
        }
        if (scope.gate().foresees(silent)) {
            return cleared(scope.gate().clear(seen, flow::isDeserted));
        }
        String permitted = granted.ask().protocol().label();
        var _ =
                scope.gate()
                        .refuse(
                                seen.protocol(Protocol.UNKNOWN),
                                heard == Heard.NOBODY
                                        ? Refusals.bannerAbsent(permitted)
                                        : Refusals.bannerUnknown(permitted));
        return Optional.empty();
    }

    private static Optional<Clearance.Granted> cleared(Clearance clearance) {
        return clearance instanceof Clearance.Granted granted
                ? Optional.of(granted)
                : Optional.empty();
    }

    /** In a protocol of lines, a client that then opens another one is cut. */
    private void relay(Ask ask, Wire upstream) {
        Relay relay = new Relay(agent, upstream, flow);
        Silence silence = new Silence(scope, ask);
        if (ask.protocol() == Protocol.SILENT) {
            relay.run(silence::agent, silence::upstream);
        } else if (List.of(Protocol.SMTP, Protocol.FTP, Protocol.POP3, Protocol.IMAP)
                .contains(ask.protocol())) {
            relay.run(silence::agent, Relay.NO_GUARD);
        } else {
            relay.run(Relay.NO_GUARD, Relay.NO_GUARD);
        }
    }
}
