package rein.gateway.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import rein.gateway.GatewayException;
import rein.gateway.Refusals;
import rein.vocabulary.Decision;

/**
 * The life of one connection, from accept to its last record: name → first bytes → checks → decide
 * and record → dial → relay. Straight-line and blocking, on a virtual thread of its own; at the
 * first denial it says why and ends.
 */
final class Passage {
    private final Scope scope;
    private final Flow flow;
    private final Wire agent;

    Passage(Scope scope, Flow flow, Wire agent) {
        this.scope = scope;
        this.flow = flow;
        this.agent = agent;
    }

    /** A connection that the kernel redirected here. */
    void redirected(InetSocketAddress original) throws IOException {
        Destination to = Destination.of(original.getAddress(), original.getPort());
        if (original.equals(agent.channel().getLocalAddress())) {
            deny(to, Refusals.ownListener(to.host(), to.port()));
            return;
        }
        if (!SyntheticNames.isSynthetic(original.getAddress())) {
            pass(to, Route.TRANSPARENT);
            return;
        }
        Optional<String> name = scope.names().nameOf(original.getAddress());
        if (name.isPresent()) {
            pass(new Destination(name.get(), to.port(), Optional.empty()), Route.TRANSPARENT);
        } else {
            deny(to, Refusals.nameForgotten(to.host()));
        }
    }

    /** A connection to the proxy: HTTP, SOCKS or nothing. */
    void proxied() throws IOException {
        Opening opening = open();
        InetSocketAddress local = (InetSocketAddress) agent.channel().getLocalAddress();
        Destination here = Destination.of(local.getAddress(), local.getPort());
        switch (opening) {
            case Opening.Http http -> http(http, Optional.empty(), Route.FORWARD);
            case Opening.Socks(int version) ->
                    new SocksConversation(scope, flow, agent, version).run();
            case Opening.Tls _,
                    Opening.Ssh _,
                    Opening.Stratum _,
                    Opening.Unknown _,
                    Opening.Silent _ ->
                    refuse(
                            opening,
                            ask(here, opening, Route.FORWARD),
                            Refusals.notAProxyRequest(opening.protocol().label()));
        }
    }

    /** Reads what it speaks and treats it so; used for redirected connections and for tunnels. */
    void pass(Destination to, Route route) throws IOException {
        boolean silent =
                agent.pendingLength() == 0
                        && agent.fill(Limits.PEEK_BYTES_MAX, Limits.SILENCE_MILLIS_MAX) == 0;
        if (silent && new ServerFirst(scope, flow, agent, to, route).run()) {
            return;
        }
        Opening opening = open();
        Ask ask = ask(to, opening, route);
        switch (opening) {
            case Opening.Http http -> http(http, Optional.of(to), route);
            case Opening.Tls(ClientHello hello) -> {
                Optional<Decision> mismatch = sniMismatch(to, hello);
                if (mismatch.isPresent()) {
                    refuse(opening, ask, mismatch.get());
                } else {
                    opaque(opening, ask);
                }
            }
            case Opening.Unknown _ -> {
                // INVARIANT: waiting is no way to have a protocol's own policy not asked.
                if (FirstBytes.classify(agent.pending(), agent.pendingLength()).isEmpty()) {
                    refuse(opening, ask, Refusals.openingUndecided());
                } else {
                    opaque(opening, ask);
                }
            }
            case Opening.Ssh _, Opening.Stratum _, Opening.Socks _, Opening.Silent _ ->
                    opaque(opening, ask);
        }
    }

    private void http(Opening.Http http, Optional<Destination> base, Route route)
            throws IOException {
        boolean two = http.version().filter(v -> v.startsWith("HTTP/2")).isPresent();
        if (two) {
            InetSocketAddress local = (InetSocketAddress) agent.channel().getLocalAddress();
            Destination to = base.orElse(Destination.of(local.getAddress(), local.getPort()));
            refuse(http, ask(to, http, route), Refusals.http2Cleartext());
        } else {
            new HttpConversation(scope, flow, agent, base, route).run();
        }
    }

    /** Decides, dials and relays without looking further into it. */
    private void opaque(Opening opening, Ask ask) throws IOException {
        switch (scope.gate().clear(ask, flow::isDeserted)) {
            case Clearance.Refused refused -> Explanation.give(opening, refused, agent);
            case Clearance.Granted granted -> relay(opening, granted);
        }
    }

    private void relay(Opening opening, Clearance.Granted granted) throws IOException {
        scope.gate().serve(flow, granted);
        long start = scope.ticker().nanos();
        Optional<Dialer.Upstream> dialed = Optional.empty();
        String end = Flow.CLOSED;
        try {
            Dialer.Upstream upstream = Dialer.dial(granted, flow, scope.ticker());
            dialed = Optional.of(upstream);
            Relay relay = new Relay(agent, upstream.wire(), flow);
            Silence silence = new Silence(scope, granted.ask());
            switch (opening) {
                case Opening.Silent _ -> relay.run(silence::agent, silence::upstream);
                // Whatever was said first, a peer that answers as SSH is decided on as SSH.
                case Opening.Unknown _ -> relay.run(Relay.NO_GUARD, silence::upstream);
                case Opening.Ssh _,
                        Opening.Tls _,
                        Opening.Http _,
                        Opening.Stratum _,
                        Opening.Socks _ ->
                        relay.run(Relay.NO_GUARD, Relay.NO_GUARD);
            }
        } catch (GatewayException failed) {
            end = Unreached.say(scope.gate(), granted, failed, opening, agent);
        } finally {
            String how = flow.end().equals(Flow.CLOSED) ? end : flow.end();
            scope.gate().ended(granted, FlowEnd.of(how, dialed, start, scope.ticker()));
        }
    }

    /** SNI must be the name; a name that is encrypted cannot be shown to be it. */
    private static Optional<Decision> sniMismatch(Destination to, ClientHello hello) {
        if (!to.named()) {
            return Optional.empty();
        }
        if (hello.serverName().isEmpty()) {
            return Optional.of(Refusals.sniAbsent(to.host()));
        }
        String sni = hello.serverName().get();
        return sni.equals(to.host())
                ? Optional.empty()
                : Optional.of(Refusals.sniMismatch(to.host(), sni));
    }

    private Opening open() throws IOException {
        return FirstBytes.await(agent, Limits.PEEK_MILLIS_MAX, scope.ticker());
    }

    private void deny(Destination to, Decision why) throws IOException {
        Opening opening = open();
        refuse(opening, ask(to, opening, Route.TRANSPARENT), why);
    }

    private void refuse(Opening opening, Ask ask, Decision why) {
        Explanation.give(opening, scope.gate().refuse(ask, why), agent);
    }

    private Ask ask(Destination to, Opening opening, Route route) {
        Ask ask = Ask.of(to, opening.protocol(), route);
        return switch (opening) {
            case Opening.Tls(ClientHello hello) -> ask.hello(hello);
            case Opening.Http(String method, Optional<String> _) -> evidence(ask.method(method));
            case Opening.Ssh _, Opening.Stratum _, Opening.Socks _, Opening.Unknown _ ->
                    evidence(ask);
            case Opening.Silent _ -> ask;
        };
    }

    private Ask evidence(Ask ask) {
        return ask.evidence(Evidence.of(agent.pending(), agent.pendingLength()));
    }
}
