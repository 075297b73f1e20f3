package rein.gateway.egress;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a connection wants to go.
 *
 * @param host a name in lower case without the last dot, or an address literal
 * @param literal the address, where the host is one; then the destination is unnamed
 */
record Destination(String host, int port, Optional<InetAddress> literal) {
    private static final int NAME_CHARS_MAX = 253;
    private static final int LABEL_CHARS_MAX = 63;

    Destination {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    static Destination of(InetAddress address, int port) {
        return new Destination(AddressText.of(address), port, Optional.of(address));
    }

    /**
     * Reads a name or an address literal, in brackets or not.
     *
     * @return empty if it is neither, or if it is a name that resolvers may read as an address
     */
    static Optional<Destination> parse(String text, int port) {
        if (port < 1 || port > 65_535 || text.isEmpty() || text.length() > 255) {
            return Optional.empty();
        }
        String host = text.toLowerCase(Locale.ROOT);
        boolean six = host.startsWith("[") && host.endsWith("]");
        if (six != (host.indexOf(':') >= 0)) {
            return Optional.empty();
        }
        if (six) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            if (host.indexOf('%') < 0) {
                return Optional.of(of(InetAddress.ofLiteral(host), port));
            }
        } catch (IllegalArgumentException notALiteral) {
            // A name, then.
        }
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return isName(host)
                ? Optional.of(new Destination(host, port, Optional.empty()))
                : Optional.empty();
    }

    /**
     * RFC 1035 §2.3.1 with underscores, which are in use. A name whose last label is a number is
     * none, since some resolvers read it as an address: 127.1, 2130706433, 0x7f000001.
     */
    static boolean isName(String text) {
        if (text.isEmpty() || text.length() > NAME_CHARS_MAX) {
            return false;
        }
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c == '.') {
                if (i == start || i - start > LABEL_CHARS_MAX || text.charAt(start) == '-') {
                    return false;
                }
                if (i == text.length()) {
                    return !isNumber(text.substring(start));
                }
                start = i + 1;
            } else if (!inLabel(c)) {
                return false;
            }
        }
        return false;
    }

    private static boolean inLabel(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static boolean isNumber(String label) {
        boolean hex = label.startsWith("0x");
        return label.substring(hex ? 2 : 0)
                .chars()
                .allMatch(c -> (c >= '0' && c <= '9') || (hex && c >= 'a' && c <= 'f'));
    }

    boolean named() {
        return literal.isEmpty();
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
