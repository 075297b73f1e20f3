package rein.gateway.egress;

import java.util.Optional;
import rein.gateway.GatewayException;

/** What a request is for: its target (RFC 9112 §3.2) and its Host, which must agree. */
sealed interface HttpTarget {
    /** CONNECT. */
    record Tunnel(Destination to) implements HttpTarget {}

    /**
     * A resource.
     *
     * @param path what is sent upstream: origin-form or {@code *}
     */
    record Resource(Destination to, String path, Route route) implements HttpTarget {}

    /** Target or connection say one host, the Host field another. */
    record Mismatch(Destination to, String host) implements HttpTarget {}

    int HTTP_PORT = 80;

    /**
     * Reads what a request is for.
     *
     * @param base where the connection itself was going; empty on the proxy listener
     * @param route by which the connection came
     */
    static HttpTarget of(HttpHead.OfRequest head, Optional<Destination> base, Route route)
            throws GatewayException {
        String target = head.target();
        if (head.method().equals("CONNECT")) {
            if (route.tunnel()) {
                throw bad("a tunnel is opened inside a tunnel");
            }
            int colon = target.lastIndexOf(':');
            if (colon <= 0) {
                throw bad("CONNECT needs a host and a port");
            }
            return new Tunnel(authority(target, -1));
        }
        if (target.startsWith("/") || target.equals("*")) {
            return origin(head, base, route);
        }
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return absolute(head, base, route);
        }
        throw bad(
                target.regionMatches(true, 0, "https://", 0, 8)
                        ? "an https URL is reached through CONNECT"
                        : "its target is neither a path nor an http URL");
    }

    private static HttpTarget origin(
            HttpHead.OfRequest head, Optional<Destination> base, Route route)
            throws GatewayException {
        if (base.isEmpty()) {
            throw bad("a request to a proxy names the whole URL");
        }
        Destination connection = base.get();
        String host = host(head);
        Destination to = host.isEmpty() ? connection : authority(host, connection.port());
        if (route.tunnel() && !same(to, connection)) {
            return new Mismatch(connection, to.toString());
        }
        return new Resource(to, head.target(), route);
    }

    private static HttpTarget absolute(
            HttpHead.OfRequest head, Optional<Destination> base, Route route)
            throws GatewayException {
        String rest = head.target().substring(7);
        int end = 0;
        while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        if (rest.indexOf('#') >= 0) {
            throw bad("its target has a fragment");
        }
        Destination to = authority(rest.substring(0, end), HTTP_PORT);
        String host = host(head);
        if (!host.isEmpty() && !same(authority(host, HTTP_PORT), to)) {
            return new Mismatch(to, host);
        }
        if (route.tunnel() && base.isPresent() && !same(to, base.get())) {
            return new Mismatch(base.get(), to.toString());
        }
        String path = rest.substring(end);
        if (!path.startsWith("/")) {
            path = path.isEmpty() && head.method().equals("OPTIONS") ? "*" : "/" + path;
        }
        return new Resource(to, path, route.tunnel() ? route : Route.FORWARD);
    }

    private static String host(HttpHead.OfRequest head) throws GatewayException {
        if (head.count("Host") > 1) {
            throw bad("it has more than one Host");
        }
        return head.value("Host").orElse("").trim();
    }

    /** Host and port; without a default the port is required. User information is refused. */
    private static Destination authority(String text, int defaultPort) throws GatewayException {
        int colon = text.endsWith("]") ? -1 : text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? defaultPort : port(text.substring(colon + 1));
        return Destination.parse(host, port)
                .orElseThrow(() -> bad("it names no host that could be reached"));
    }

    private static int port(String digits) {
        boolean number =
                !digits.isEmpty()
                        && digits.length() <= 5
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Integer.parseInt(digits) : -1;
    }

    private static boolean same(Destination one, Destination other) {
        return one.host().equals(other.host()) && one.port() == other.port();
    }

    private static GatewayException bad(String what) {
        return new GatewayException(GatewayException.Code.BAD_REQUEST, what);
    }
}
