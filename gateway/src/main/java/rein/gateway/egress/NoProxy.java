package rein.gateway.egress;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code NO_PROXY} as curl reads it: names and their subdomains, with or without a leading dot;
 * addresses; networks in CIDR notation; {@code *} for all; separated by commas or spaces. A name is
 * not looked up, so networks cover literals only.
 */
public final class NoProxy {
    /** More entries than anybody's list has; each is compared for every connection. */
    static final int ENTRIES_MAX = 1_024;

    private record Network(InetAddress address, int bits) {
        boolean holds(InetAddress other) {
            byte[] mine = address.getAddress();
            byte[] theirs = other.getAddress();
            if (mine.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((mine[bit >> 3] & mask) != (theirs[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<String> entries;
    private final boolean all;
    private final List<String> names = new ArrayList<>();
    private final List<Network> networks = new ArrayList<>();

    private NoProxy(List<String> entries) {
        this.entries = List.copyOf(entries);
        this.all = entries.contains("*");
        for (String entry : entries) {
            Optional<Network> network = network(entry);
            network.ifPresent(networks::add);
            if (network.isEmpty() && !entry.equals("*")) {
                names.add(stripped(entry));
            }
        }
    }

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException if it is too long or a network's mask is none
     */
    public static NoProxy parse(String text) {
        List<String> entries = new ArrayList<>();
        for (String entry : text.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            if (!entry.isEmpty()) {
                entries.add(entry);
            }
        }
        if (entries.size() > ENTRIES_MAX) {
            throw new IllegalArgumentException("it has more than " + ENTRIES_MAX + " entries");
        }
        return new NoProxy(entries);
    }

    private static Optional<Network> network(String entry) {
        int slash = entry.indexOf('/');
        String host = slash < 0 ? entry : entry.substring(0, slash);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
        int width = address.getAddress().length * 8;
        if (slash < 0) {
            return Optional.of(new Network(address, width));
        }
        String bits = entry.substring(slash + 1);
        if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > width) {
            throw new IllegalArgumentException("'" + entry + "' is not a network like 10.0.0.0/8");
        }
        return Optional.of(new Network(address, Integer.parseInt(bits)));
    }

    private static String stripped(String entry) {
        String name = entry.startsWith(".") ? entry.substring(1) : entry;
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    boolean covers(Destination to) {
        if (all) {
            return true;
        }
        if (to.literal().isPresent()) {
            return networks.stream().anyMatch(network -> network.holds(to.literal().get()));
        }
        return names.stream()
                .anyMatch(name -> to.host().equals(name) || to.host().endsWith("." + name));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoProxy that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return String.join(",", entries);
    }
}
