package rein.gateway.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpVersion;
import rein.gateway.DenialText;
import rein.gateway.GatewayException;
import rein.gateway.Refusals;
import rein.vocabulary.Decision;

/**
 * One connection on which the agent speaks HTTP/1. INVARIANT: every request on it is decided on and
 * recorded, not only the first; one that names another host is decided on as that host and goes to
 * an upstream connection of its own.
 */
final class HttpConversation {
    private record Live(
            Destination to, Dialer.Upstream upstream, HttpReader responses, boolean absoluteForm) {}

    private final Scope scope;
    private final Flow flow;
    private final Wire agent;
    private final Optional<Destination> base;
    private final Route route;
    private final HttpReader requests;
    private Optional<Live> live = Optional.empty();

    /**
     * @param base where the connection was going; empty on the proxy listener
     */
    HttpConversation(Scope scope, Flow flow, Wire agent, Optional<Destination> base, Route route) {
        this.scope = scope;
        this.flow = flow;
        this.agent = agent;
        this.base = base;
        this.route = route;
        this.requests = HttpReader.ofRequests(agent, flow);
    }

    void run() throws IOException {
        try {
            boolean more = true;
            while (more) {
                Optional<HttpHead.OfRequest> request = requests.request();
                more = request.isPresent() && serve(request.get());
            }
        } catch (GatewayException bad) {
            refuseMalformed(bad);
        } finally {
            drop();
        }
    }

    /** True if another request may follow. */
    private boolean serve(HttpHead.OfRequest request) throws IOException, GatewayException {
        HttpBody body = HttpBody.of(request);
        return switch (HttpTarget.of(request, base, route)) {
            case HttpTarget.Tunnel(Destination to) -> tunnel(scope.names().named(to), body);
            case HttpTarget.Mismatch(Destination to, String host) ->
                    deny(
                            scope.gate()
                                    .refuse(
                                            ask(request, to, Protocol.HTTP, route),
                                            Refusals.hostMismatch(to.toString(), host)),
                            true);
            case HttpTarget.Resource(Destination to, String path, Route by) ->
                    resource(
                            request,
                            new HttpTarget.Resource(scope.names().named(to), path, by),
                            body);
        };
    }

    private boolean resource(
            HttpHead.OfRequest request, HttpTarget.Resource resource, HttpBody body)
            throws IOException, GatewayException {
        boolean websocket =
                request.method().equals("GET")
                        && body instanceof HttpBody.None
                        && request.has("Connection", "upgrade")
                        && request.has("Upgrade", "websocket");
        Protocol protocol = websocket ? Protocol.WEBSOCKET : Protocol.HTTP;
        Ask ask = ask(request, resource.to(), protocol, resource.route());
        return switch (scope.gate().clear(ask, flow::isDeserted)) {
            case Clearance.Refused refused -> {
                boolean last =
                        !(body instanceof HttpBody.None)
                                || request.version() != HttpVersion.HTTP_1_1
                                || request.has("Connection", "close");
                if (!last) {
                    requests.body(piece -> {});
                }
                yield deny(refused, last);
            }
            case Clearance.Granted granted -> exchange(granted, request, resource, body, websocket);
        };
    }

    private boolean exchange(
            Clearance.Granted granted,
            HttpHead.OfRequest request,
            HttpTarget.Resource resource,
            HttpBody body,
            boolean websocket)
            throws IOException, GatewayException {
        scope.gate().serve(flow, granted);
        long start = scope.ticker().nanos();
        Optional<Live> used = Optional.empty();
        long sent = 0;
        long received = 0;
        String end = Flow.CLOSED;
        ContentWatch watch = new ContentWatch(scope.parts().inspection(), scope.gate(), granted);
        try {
            Live to = upstream(granted);
            used = Optional.of(to);
            sent = to.upstream().wire().sent();
            received = to.upstream().wire().received();
            HttpExchange exchange =
                    new HttpExchange(
                            new HttpExchange.End(agent, requests),
                            new HttpExchange.End(to.upstream().wire(), to.responses()),
                            flow,
                            request,
                            resource,
                            body,
                            websocket,
                            granted.absoluteForm() ? granted.through() : Optional.empty(),
                            watch);
            HttpExchange.Outcome outcome;
            try {
                outcome = exchange.run();
            } catch (GatewayException failed) {
                end = "failed";
                drop();
                return failed(granted, failed, exchange.answered());
            } catch (IOException failed) {
                end = "failed";
                drop();
                return broken(failed, exchange.answered());
            }
            if (!outcome.keepUpstream()) {
                drop();
            }
            if (!outcome.keepAgent() && flow.end().equals(Flow.CLOSED)) {
                agent.linger();
            }
            return outcome.keepAgent();
        } catch (GatewayException unreachable) {
            boolean proxy = Unreached.byProxy(unreachable);
            if (unreachable.code() != GatewayException.Code.UNREACHABLE && !proxy) {
                throw unreachable;
            }
            end = Unreached.end(unreachable);
            if (proxy) {
                return refusedByProxy(granted, unreachable);
            }
            answer("502 Bad Gateway", "unreachable", unreachable.what());
            return false;
        } finally {
            String how = flow.end().equals(Flow.CLOSED) ? end : flow.end();
            Optional<Wire> wire = used.map(to -> to.upstream().wire());
            scope.gate()
                    .ended(
                            granted,
                            new FlowEnd(
                                    how,
                                    used.map(to -> to.upstream().address()),
                                    wire.map(Wire::sent).orElse(0L) - sent,
                                    wire.map(Wire::received).orElse(0L) - received,
                                    (scope.ticker().nanos() - start) / 1_000_000),
                            Optional.of(watch.inspected()));
        }
    }

    /** The upstream broke its side; what was sent is not sent again. */
    private boolean failed(Clearance.Granted granted, GatewayException failed, boolean answered)
            throws IOException, GatewayException {
        return switch (failed.code()) {
            case BAD_REQUEST, HEADER_TOO_LARGE, VERSION -> {
                if (!answered) {
                    throw failed;
                }
                yield false;
            }
            case PROXY_AUTHENTICATION, PROXY_REFUSED, PROXY_FAILED -> {
                if (answered) {
                    throw failed;
                }
                yield refusedByProxy(granted, failed);
            }
            case BAD_RESPONSE, CUT_SHORT, UNREACHABLE -> {
                if (!answered) {
                    answer("502 Bad Gateway", "upstream-failed", failed.what());
                }
                yield false;
            }
        };
    }

    private boolean broken(IOException failed, boolean answered) throws IOException {
        if (answered || !flow.end().equals(Flow.CLOSED)) {
            throw failed;
        }
        answer("502 Bad Gateway", "upstream-failed", "the upstream broke the connection");
        return false;
    }

    /**
     * The connection of the last exchange if it leads to the same checked address, else a new one.
     */
    private Live upstream(Clearance.Granted granted) throws IOException, GatewayException {
        if (live.isPresent()) {
            Live last = live.get();
            // A tunnel through a proxy and a connection to it are not each other's.
            boolean same =
                    last.to().equals(granted.ask().to())
                            && last.absoluteForm() == granted.absoluteForm()
                            && granted.addresses().contains(last.upstream().address())
                            && !last.responses().buffered()
                            && !last.upstream().wire().stale();
            if (same) {
                return last;
            }
            drop();
        }
        Dialer.Upstream dialed = Dialer.dial(granted, flow, scope.ticker());
        Live fresh =
                new Live(
                        granted.ask().to(),
                        dialed,
                        HttpReader.ofResponses(dialed.wire(), flow),
                        granted.absoluteForm());
        live = Optional.of(fresh);
        return fresh;
    }

    private void drop() {
        live.ifPresent(last -> {
            last.upstream().wire().close();
            flow.detach(last.upstream().wire().channel());
        });
        live = Optional.empty();
    }

    /** A tunnel is opened if anything could pass through it; what does is then decided on. */
    private boolean tunnel(Destination to, HttpBody body) throws IOException, GatewayException {
        if (!(body instanceof HttpBody.None)) {
            throw new GatewayException(GatewayException.Code.BAD_REQUEST, "CONNECT has a body");
        }
        Optional<Decision> closed = scope.gate().closed(to, Route.CONNECT);
        if (closed.isPresent()) {
            Ask denied = Ask.of(to, Protocol.CONNECT, Route.CONNECT).method("CONNECT");
            return deny(scope.gate().refuse(denied, closed.get()), true);
        }
        drop();
        agent.write(
                ByteBuffer.wrap(
                        "HTTP/1.1 200 Connection established\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII)));
        requests.release();
        new Passage(scope, flow, agent).pass(to, Route.CONNECT);
        return false;
    }

    private boolean deny(Clearance.Refused refused, boolean last) throws IOException {
        agent.write(HttpAnswer.denial(refused, last));
        if (last) {
            agent.linger();
        }
        return !last;
    }

    private void answer(String status, String code, String text) throws IOException {
        agent.write(HttpAnswer.whole(status, code, "Rein: " + text + ".\n", true));
        agent.linger();
    }

    private boolean refusedByProxy(Clearance.Granted granted, GatewayException failed)
            throws IOException {
        Decision why = Refusals.ofProxy(failed);
        Clearance.Refused refused = scope.gate().refuse(granted.ask(), why);
        agent.write(
                HttpAnswer.whole(
                        "502 Bad Gateway",
                        DenialText.code(why),
                        DenialText.page(why, refused.record(), refused.lift()),
                        true));
        agent.linger();
        return false;
    }

    private void refuseMalformed(GatewayException bad) throws IOException {
        if (bad.code() == GatewayException.Code.CUT_SHORT) {
            return;
        }
        InetSocketAddress local = (InetSocketAddress) agent.channel().getLocalAddress();
        Destination to = base.orElse(Destination.of(local.getAddress(), local.getPort()));
        Decision why = Refusals.badRequest(bad.what());
        Clearance.Refused refused = scope.gate().refuse(Ask.of(to, Protocol.HTTP, route), why);
        String status =
                switch (bad.code()) {
                    case HEADER_TOO_LARGE -> "431 Request Header Fields Too Large";
                    case VERSION -> "505 HTTP Version Not Supported";
                    case BAD_REQUEST,
                            BAD_RESPONSE,
                            UNREACHABLE,
                            PROXY_AUTHENTICATION,
                            PROXY_REFUSED,
                            PROXY_FAILED,
                            CUT_SHORT ->
                            "400 Bad Request";
                };
        String text = DenialText.page(why, refused.record(), refused.lift());
        agent.write(HttpAnswer.whole(status, Refusals.BAD_REQUEST, text, true));
        agent.linger();
    }

    private static Ask ask(
            HttpHead.OfRequest request, Destination to, Protocol protocol, Route route) {
        return Ask.of(to, protocol, route)
                .method(request.method())
                .evidence(Evidence.of(request.method() + " " + request.target()));
    }
}
