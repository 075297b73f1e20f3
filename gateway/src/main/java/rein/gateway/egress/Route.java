package rein.gateway.egress;

import java.util.Locale;

/** By which way a connection came to the door. */
enum Route {
    /** Redirected by the kernel; the client knows of no proxy. */
    TRANSPARENT,
    /** In a tunnel that the client opened with CONNECT. */
    CONNECT,
    /** An absolute-form request to the proxy. */
    FORWARD;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
