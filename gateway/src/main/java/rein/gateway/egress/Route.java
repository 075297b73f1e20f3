package rein.gateway.egress;

import java.util.Locale;

/** By which way a connection came to the door. */
enum Route {
    /** Redirected by the kernel; the client knows of no proxy. */
    TRANSPARENT,
    /** In a tunnel that the client opened with CONNECT. */
    CONNECT,
    /** In a tunnel that the client opened with SOCKS. */
    SOCKS,
    /** An absolute-form request to the proxy. */
    FORWARD;

    /** Whether what comes this way is in a tunnel to one destination. */
    boolean tunnel() {
        return this == CONNECT || this == SOCKS;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
