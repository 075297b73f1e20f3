package rein.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Fields;
import rein.sandbox.Peer;
import rein.sandbox.SandboxException;

/** The only place that knows how Jetty spells a request. */
final class JettyExchange implements Exchange {
    private final Request request;
    private final Response response;
    private final Peer.Reader peers;
    private final Fields query;
    private final Map<String, String> answerHeaders = new LinkedHashMap<>();

    JettyExchange(Request request, Response response, Peer.Reader peers) {
        this.request = request;
        this.response = response;
        this.peers = peers;
        this.query = Request.extractQueryParameters(request);
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        return request.getHttpURI().getCanonicalPath();
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.getValue(name));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    @Override
    public void answerHeader(String name, String value) {
        answerHeaders.put(name, value);
    }

    @Override
    public Optional<LocalPeer> peer() {
        Object transport =
                request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
        try {
            return transport instanceof SocketChannel channel
                            && channel.getLocalAddress() instanceof java.net.UnixDomainSocketAddress
                    ? Optional.of(
                            new LocalPeer(
                                    peers.of(channel),
                                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED)
                                            .user()
                                            .getName()))
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException | SandboxException e) {
            // INVARIANT: a peer that cannot be named is nobody; it is never treated as local.
            return Optional.empty();
        }
    }

    @Override
    public byte[] body(int bytesMax) throws IOException {
        try (InputStream in = Content.Source.asInputStream(request)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                if (out.size() > bytesMax) {
                    throw new ProblemException(
                            413,
                            "body-too-large",
                            "The body is longer than " + bytesMax + " bytes.");
                }
            }
            return out.toByteArray();
        }
    }

    @Override
    public void respond(int status, String contentType, byte[] body) throws IOException {
        head(status, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        Content.Sink.write(response, true, ByteBuffer.wrap(body));
    }

    @Override
    public OutputStream stream(int status, String contentType) {
        head(status, contentType);
        return Content.Sink.asOutputStream(response);
    }

    private void head(int status, String contentType) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        answerHeaders.forEach((name, value) -> response.getHeaders().put(name, value));
    }
}
