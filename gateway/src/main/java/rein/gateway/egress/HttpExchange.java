package rein.gateway.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpVersion;
import rein.gateway.GatewayException;
import rein.gateway.GatewayException.Code;

/**
 * One request sent upstream and its response brought back, streamed both ways. The calling thread
 * carries the response; a request body is carried by a virtual thread, so that an early answer, 100
 * (Continue) and long uploads all work. Nothing is ever sent twice.
 */
final class HttpExchange {
    /** One end of the exchange. */
    record End(Wire wire, HttpReader reader) {}

    /**
     * @param keepAgent the agent's connection can take another request
     * @param keepUpstream the upstream's connection can
     */
    record Outcome(boolean keepAgent, boolean keepUpstream) {
        static final Outcome OVER = new Outcome(false, false);
    }

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final End agent;
    private final End upstream;
    private final Flow flow;
    private final HttpHead.OfRequest request;
    private final HttpTarget.Resource target;
    private final HttpBody body;
    private final boolean websocket;
    private final Optional<UpstreamProxy> proxy;
    private final ContentWatch watch;
    private final AtomicReference<Optional<Exception>> bodyFailure =
            new AtomicReference<>(Optional.empty());
    private boolean answered;

    /**
     * @param proxy the one at the upstream's end that is asked for the whole URL
     * @param watch looks into both bodies
     */
    HttpExchange(
            End agent,
            End upstream,
            Flow flow,
            HttpHead.OfRequest request,
            HttpTarget.Resource target,
            HttpBody body,
            boolean websocket,
            Optional<UpstreamProxy> proxy,
            ContentWatch watch) {
        this.agent = agent;
        this.upstream = upstream;
        this.flow = flow;
        this.request = request;
        this.target = target;
        this.body = body;
        this.websocket = websocket;
        this.proxy = proxy;
        this.watch = watch;
    }

    /** Whether a byte of an answer has gone to the agent, so that no other can be given. */
    boolean answered() {
        return answered;
    }

    Outcome run() throws IOException, GatewayException {
        watch.request(request, target.path());
        upstream.wire().write(requestHead());
        Optional<Thread> sending = send();
        try {
            HttpHead.OfResponse response = finalResponse();
            if (response.status() == 101) {
                return upgrade(response);
            }
            Outcome outcome = respond(response);
            return sent(sending) ? outcome : Outcome.OVER;
        } catch (IOException | GatewayException failed) {
            Optional<Exception> cause = bodyFailure.get();
            if (cause.isPresent() && cause.get() instanceof GatewayException malformed) {
                throw malformed;
            }
            throw failed;
        }
    }

    private ByteBuffer requestHead() {
        List<String> lines = new ArrayList<>();
        int port = target.to().port();
        String host = target.to().host();
        String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String authority = literal + (port == HttpTarget.HTTP_PORT ? "" : ":" + port);
        lines.add("Host: " + authority);
        proxy.flatMap(UpstreamProxy::authorization)
                .ifPresent(value -> lines.add("Proxy-Authorization: " + value));
        switch (body) {
            case HttpBody.Sized(long bytes) -> lines.add("Content-Length: " + bytes);
            case HttpBody.Chunked() -> lines.add("Transfer-Encoding: chunked");
            case HttpBody.None(), HttpBody.UntilClose() -> {}
        }
        if (websocket) {
            lines.add("Connection: Upgrade");
            lines.add("Upgrade: websocket");
        }
        String path = target.path();
        if (proxy.isPresent()) {
            // RFC 9112 §3.2.4: OPTIONS * is asked of a proxy as a URL without a path.
            path = "http://" + authority + (path.equals("*") ? "" : path);
        }
        String first = request.method() + " " + path + " HTTP/1.1";
        return HttpAnswer.head(first, request.endToEnd(), lines);
    }

    private Optional<Thread> send() throws IOException, GatewayException {
        if (body instanceof HttpBody.None) {
            // A websocket's bytes follow the head, so nothing behind it is looked at.
            if (!websocket) {
                agent.reader().body(piece -> {});
            }
            return Optional.empty();
        }
        return Optional.of(Thread.ofVirtual().name("egress-request-body").start(this::sendBody));
    }

    private void sendBody() {
        try {
            boolean chunked = body instanceof HttpBody.Chunked;
            agent.reader().body(piece -> pass(watch.sent(piece), upstream.wire(), chunked));
            pass(watch.sentAll(), upstream.wire(), chunked);
            if (chunked) {
                upstream.wire().write(ByteBuffer.wrap(LAST_CHUNK));
            }
        } catch (GatewayException malformed) {
            bodyFailure.set(Optional.of(malformed));
            // The upstream must not take what it has for the whole.
            upstream.wire().close();
        } catch (IOException gone) {
            // Perhaps it has answered already and reads no more; the answer is still brought back.
            bodyFailure.set(Optional.of(gone));
        } catch (RuntimeException failed) {
            bodyFailure.set(Optional.of(failed));
            upstream.wire().close();
        }
    }

    private boolean sent(Optional<Thread> sending) {
        if (sending.isEmpty()) {
            return true;
        }
        try {
            Thread thread = sending.get();
            return thread.join(Duration.ofMillis(Limits.LINGER_MILLIS_MAX))
                    && bodyFailure.get().isEmpty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private HttpHead.OfResponse finalResponse() throws IOException, GatewayException {
        boolean toHead = request.method().equals("HEAD");
        for (int interim = 0; interim <= Limits.INTERIM_MAX; interim++) {
            HttpHead.OfResponse response = upstream.reader().response(toHead);
            if (proxy.isPresent() && response.status() == 407) {
                // It is the node that is asked for a password, and not the agent's business.
                throw ProxyTunnel.refusal(407, proxy.get());
            }
            if (!response.interim()) {
                return response;
            }
            upstream.reader().body(piece -> {});
            if (request.version() == HttpVersion.HTTP_1_1) {
                // An interim answer is not the answer: the final one can still be a 502.
                agent.wire().write(HttpAnswer.head(line(response), response.endToEnd(), List.of()));
            }
        }
        throw new GatewayException(Code.BAD_RESPONSE, "it has too many interim responses");
    }

    private Outcome upgrade(HttpHead.OfResponse response) throws IOException, GatewayException {
        if (!websocket || !response.has("Upgrade", "websocket")) {
            throw new GatewayException(Code.BAD_RESPONSE, "it switches protocols unasked");
        }
        watch.switched();
        answered = true;
        agent.wire()
                .write(
                        HttpAnswer.head(
                                line(response),
                                response.endToEnd(),
                                List.of("Connection: Upgrade", "Upgrade: websocket")));
        agent.reader().release();
        upstream.reader().release();
        new Relay(agent.wire(), upstream.wire(), flow).run(Relay.NO_GUARD, Relay.NO_GUARD);
        return Outcome.OVER;
    }

    private Outcome respond(HttpHead.OfResponse response) throws IOException, GatewayException {
        HttpBody framing = HttpBody.of(response, request.method().equals("HEAD"));
        boolean modern = request.version() == HttpVersion.HTTP_1_1;
        boolean sized =
                !(framing instanceof HttpBody.Chunked || framing instanceof HttpBody.UntilClose);
        boolean keepAgent = modern && !request.has("Connection", "close");
        List<String> lines = new ArrayList<>();
        switch (framing) {
            case HttpBody.None() -> bodilessLength(response).ifPresent(lines::add);
            case HttpBody.Sized(long bytes) -> lines.add("Content-Length: " + bytes);
            case HttpBody.Chunked(), HttpBody.UntilClose() -> {
                if (modern) {
                    lines.add("Transfer-Encoding: chunked");
                }
            }
        }
        if (!keepAgent) {
            lines.add("Connection: close");
        }
        watch.response(response);
        answered = true;
        ByteBuffer head = HttpAnswer.head(line(response), response.endToEnd(), lines);
        boolean chunk = modern && !sized;
        if (framing instanceof HttpBody.Sized(long bytes)
                && bytes > 0
                && upstream.reader().buffered()) {
            // The body's beginning is here already: one write, one packet.
            upstream.reader()
                    .body(piece -> {
                        watch.received(piece);
                        agent.wire().write(head, piece);
                    });
        } else {
            agent.wire().write(head);
            upstream.reader()
                    .body(piece -> {
                        watch.received(piece);
                        pass(piece, agent.wire(), chunk);
                    });
        }
        watch.receivedAll();
        if (chunk) {
            agent.wire().write(ByteBuffer.wrap(LAST_CHUNK));
        }
        boolean keepUpstream =
                response.version() == HttpVersion.HTTP_1_1
                        && !response.has("Connection", "close")
                        && !(framing instanceof HttpBody.UntilClose);
        return new Outcome(keepAgent, keepUpstream);
    }

    /** The answer to HEAD and 304 say how long the body would be (RFC 9110 §8.6). */
    private Optional<String> bodilessLength(HttpHead.OfResponse response) {
        boolean telling = response.status() == 304 || request.method().equals("HEAD");
        Optional<String> length =
                response.value("Content-Length")
                        .filter(text -> text.chars().allMatch(c -> c >= '0' && c <= '9'))
                        .filter(text -> !text.isEmpty());
        return telling && response.status() != 204
                ? length.map(text -> "Content-Length: " + text)
                : Optional.empty();
    }

    private void pass(ByteBuffer piece, Wire to, boolean chunked) throws IOException {
        if (!piece.hasRemaining()) {
            return;
        }
        if (chunked) {
            String size = Integer.toHexString(piece.remaining()) + "\r\n";
            to.write(
                    ByteBuffer.wrap(size.getBytes(StandardCharsets.US_ASCII)),
                    piece,
                    ByteBuffer.wrap(CRLF));
        } else {
            to.write(piece);
        }
        flow.progress();
    }

    private static String line(HttpHead.OfResponse response) {
        return "HTTP/1.1 " + response.status() + " " + response.reason();
    }
}
