package rein.gateway.egress;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Signs that names are looked up to carry data (DNS tunnels: dns2tcp, iodine, dnscat). The queries
 * go nowhere in any case; the signs tell what was tried. Used by one thread.
 */
final class TunnelSigns {
    /** Labels of people and content networks are shorter; tunnels fill the 63 bytes. */
    static final int LABEL_CHARS_MAX = 40;

    /** Whole names of content networks stay under this. */
    static final int NAME_CHARS_MAX = 120;

    /** Different names under one parent; a content network shows one run a dozen. */
    static final int SUBDOMAINS_MAX = 64;

    /** Parents that are watched at once. */
    static final int PARENTS_MAX = 512;

    /** NS, SOA, PTR, SRV, SVCB and HTTPS are asked by ordinary clients. */
    private static final Set<Integer> ORDINARY =
            Set.of(DnsQuery.A, DnsQuery.AAAA, 2, 6, 12, 33, 64, 65);

    private final Map<String, Integer> parents =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
                    return size() > PARENTS_MAX;
                }
            };

    /** Counts a name that is asked for the first time. */
    void first(String name) {
        parents.merge(parent(name), 1, Integer::sum);
    }

    /** The reason, lower-case-dashed; empty if nothing is conspicuous. */
    Optional<String> of(String name, int type) {
        if (!ORDINARY.contains(type)) {
            return Optional.of(type == 16 ? "type-txt" : type == 10 ? "type-null" : "type-" + type);
        }
        if (!Destination.isName(name)) {
            return Optional.of("not-a-host-name");
        }
        if (name.length() > NAME_CHARS_MAX) {
            return Optional.of("long-name");
        }
        for (String label : name.split("\\.", -1)) {
            if (label.length() > LABEL_CHARS_MAX) {
                return Optional.of("long-label");
            }
        }
        return parents.getOrDefault(parent(name), 0) > SUBDOMAINS_MAX
                ? Optional.of("many-subdomains")
                : Optional.empty();
    }

    /**
     * The last two labels. Without the public suffix list {@code co.uk} counts as one parent, which
     * a run reaches only by looking up many different names there.
     */
    private static String parent(String name) {
        int last = name.lastIndexOf('.');
        int before = last < 0 ? -1 : name.lastIndexOf('.', last - 1);
        return name.substring(before + 1);
    }
}
