package rein.gateway.ingress;

/**
 * A port of a run that this machine may reach.
 *
 * @param port where the run listens, on its own loopback
 * @param hostPort where the node listens for it on the host's; 0 picks one
 */
public record ExposedPort(int port, int hostPort) {
    /** Below it, only root may listen (Linux, ip_unprivileged_port_start). */
    public static final int UNPRIVILEGED_MIN = 1_024;

    private static final int PORT_MAX = 65_535;

    public ExposedPort {
        if (port < 1 || port > PORT_MAX || hostPort < 0 || hostPort > PORT_MAX) {
            throw new IllegalArgumentException("ports are from 1 to " + PORT_MAX);
        }
    }

    /**
     * Reads {@code PORT} or {@code PORT:HOSTPORT}.
     *
     * @throws IllegalArgumentException in a whole sentence
     */
    public static ExposedPort parse(String text) {
        if (!text.matches("[0-9]{1,5}(:[0-9]{1,5})?")) {
            throw wrong(text);
        }
        int colon = text.indexOf(':');
        String inside = colon < 0 ? text : text.substring(0, colon);
        String outside = colon < 0 ? text : text.substring(colon + 1);
        try {
            return new ExposedPort(Integer.parseInt(inside), Integer.parseInt(outside));
        } catch (IllegalArgumentException tooLarge) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "--expose is PORT or PORT:HOSTPORT, for example 3000 or 3000:8080, not '"
                        + text
                        + "'.");
    }
}
