package rein.gateway.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * A name's addresses and who said so.
 *
 * @param addresses in the order to try them; empty if the name has none
 */
public record Resolution(List<InetAddress> addresses, Source source) {
    /** Where the addresses come from. */
    public enum Source {
        /** This machine's own hosts file, which its administrator wrote. */
        HOSTS,
        /** The machine's resolver, so whoever runs the name's zone. */
        DNS,
        /** The proxy that the node dials through, so nobody here knows them. */
        PROXY,
        /** No look-up: the destination was an address. */
        LITERAL;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Resolution {
        addresses = List.copyOf(addresses);
    }
}
