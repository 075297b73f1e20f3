package rein.vocabulary;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One registered identity, {@code spiffe://<trust-domain>/agent/<name>}.
 *
 * @param name lower-case letters, digits, dots, dashes and underscores, at most 128 characters
 * @param owner the person who is accountable; required
 * @param sponsors may stop, may not restart
 * @param charter what it is for, in the owner's words
 */
public record Agent(
        Tenant tenant,
        UUID id,
        String name,
        String blueprint,
        String owner,
        List<String> sponsors,
        State state,
        Optional<String> charter) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    public enum State {
        PROPOSED,
        ACTIVE,
        SUSPENDED,
        RETIRED
    }

    public Agent {
        sponsors = List.copyOf(sponsors);
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "not an agent name: '"
                            + name
                            + "' (lower-case letters, digits, . _ -, at most 128)");
        }
        if (owner.isBlank()) {
            throw new IllegalArgumentException("agent " + name + " has no owner");
        }
    }

    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    public String spiffeId() {
        return tenant.spiffeId(name);
    }
}
