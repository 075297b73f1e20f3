package rein.identity;

import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import rein.vocabulary.Tenant;

/**
 * What this installation is called, decided at its first start and kept.
 *
 * @param tenant its trust domain; the default is {@code <8 hex digits>.rein.internal}, unique
 *     without asking anybody, under a domain reserved for private use
 * @param node the name of this machine in records and logs: lower-case letters, digits, dots and
 *     dashes, at most 63
 */
public record Installation(Tenant tenant, UUID id, String node, Instant created) {
    private static final Pattern NODE = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");

    public Installation {
        if (!NODE.matcher(node).matches()) {
            throw new IllegalArgumentException("not a node name: '" + node + "'");
        }
    }

    /** The nearest legal node name to what a host calls itself. */
    public static String nodeName(String host) {
        String plain =
                host.toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^a-z0-9.-]+", "-")
                        .replaceAll("^[.-]+", "");
        return plain.isEmpty() ? "node" : plain.substring(0, Math.min(63, plain.length()));
    }
}
