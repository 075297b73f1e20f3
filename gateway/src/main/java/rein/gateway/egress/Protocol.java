package rein.gateway.egress;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

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
    /** Told by the greeting of the upstream, as are the five that follow. */
    SMTP,
    FTP,
    POP3,
    IMAP,
    MYSQL,
    VNC,
    UNKNOWN,
    /** The client waits for the server to speak first. */
    SILENT,
    /** A tunnel, by CONNECT or SOCKS, that has not spoken yet; only ever seen in denials. */
    CONNECT;

    /** Those in which the upstream speaks first, and whose banners {@link Banner} tells apart. */
    static final Set<Protocol> SERVER_FIRST =
            Collections.unmodifiableSet(EnumSet.of(SSH, SMTP, FTP, POP3, IMAP, MYSQL, VNC));

    /** All that may pass a tunnel; there, a nested proxy's protocol does not. */
    static final Set<Protocol> IN_TUNNELS =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(STRATUM, SOCKS, CONNECT)));

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
