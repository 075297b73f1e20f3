package rein.server.policy;

import java.net.InetAddress;

/** Names and addresses of hosts. */
final class Hosts {
    private Hosts() {}

    /** Whether it is an address and no name. */
    static boolean isAddress(String host) {
        try {
            return InetAddress.ofLiteral(host).getHostAddress() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
