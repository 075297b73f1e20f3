package rein.gateway.egress;

import java.util.Locale;

/** What a connection speaks, as policy sees it in {@code context.protocol}. */
enum Protocol {
    TLS,
    /** TLS without SNI, to an address that was not looked up by name. */
    TLS_UNNAMED,
    HTTP,
    WEBSOCKET,
    SSH,
    STRATUM,
    SOCKS,
    UNKNOWN,
    /** The client waits for the server to speak first. */
    SILENT,
    /** A CONNECT whose tunnel has not spoken yet; only ever seen in denials. */
    CONNECT;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
