package rein.gateway.egress;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * A proxy through which the node dials, as an organisation's network wants it. It is configuration:
 * its address is not checked as a destination's is.
 *
 * <p>INVARIANT: the password is in one private field and leaves it only in the header for the
 * proxy; {@link #toString} shows host and port.
 */
public final class UpstreamProxy {
    private static final int PORT_DEFAULT = 1080;

    private final String host;
    private final int port;
    private final Optional<String> authorization;

    private UpstreamProxy(String host, int port, Optional<String> authorization) {
        this.host = host;
        this.port = port;
        this.authorization = authorization;
    }

    /**
     * Reads {@code http://[user:password@]host[:port]}; without a scheme it is HTTP, without a port
     * it is 1080, both as curl has it.
     *
     * @throws IllegalArgumentException in a clause that does not repeat the text, since it may hold
     *     a password
     */
    public static UpstreamProxy parse(String text) {
        String url = text.contains("://") ? text : "http://" + text;
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("it is not a URL like http://proxy.example:3128");
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException(
                    "only proxies that are spoken to in plain HTTP are supported: http://proxy.example:3128");
        }
        Optional<String> host = Optional.ofNullable(uri.getHost());
        int port = uri.getPort() < 0 ? PORT_DEFAULT : uri.getPort();
        Optional<Destination> at = host.flatMap(name -> Destination.parse(name, port));
        boolean more =
                !Objects.requireNonNullElse(uri.getRawPath(), "").matches("/?")
                        || uri.getRawQuery() != null
                        || uri.getRawFragment() != null;
        if (at.isEmpty() || more) {
            throw new IllegalArgumentException("it is not a URL like http://proxy.example:3128");
        }
        return new UpstreamProxy(
                at.get().host(),
                port,
                Optional.ofNullable(uri.getRawUserInfo()).map(UpstreamProxy::basic));
    }

    /** RFC 7617 §2; the parts are percent-encoded in the URL. */
    private static String basic(String userInfo) {
        int colon = userInfo.indexOf(':');
        String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decoded(userInfo.substring(colon + 1));
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** The value of Proxy-Authorization; a secret. */
    Optional<String> authorization() {
        return authorization;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UpstreamProxy that
                && host.equals(that.host)
                && port == that.port
                && authorization.equals(that.authorization);
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port, authorization);
    }

    /** Host and port, for records and messages. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
