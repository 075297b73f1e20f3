package rein.vocabulary;

import java.util.regex.Pattern;

/**
 * A tenant is a SPIFFE trust domain; it leads every key, path and Cedar namespace. One machine has
 * one.
 *
 * @param trustDomain lower-case letters, digits, dots, dashes and underscores, at most 255
 *     characters (SPIFFE-ID §2.1)
 */
public record Tenant(String trustDomain) {
    private static final Pattern TRUST_DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");

    public Tenant {
        if (!TRUST_DOMAIN.matcher(trustDomain).matches()) {
            throw new IllegalArgumentException("not a SPIFFE trust domain: '" + trustDomain + "'");
        }
    }

    /** The agent's SPIFFE id, {@code spiffe://<trust-domain>/agent/<name>}. */
    public String spiffeId(String agentName) {
        return "spiffe://" + trustDomain + "/agent/" + agentName;
    }
}
