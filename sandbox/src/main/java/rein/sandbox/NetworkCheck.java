package rein.sandbox;

import java.util.List;
import java.util.Optional;

/**
 * Whether a network namespace that its caller could change is still as the node left it: no
 * interface but loopback, and the node's rules alone.
 */
final class NetworkCheck {
    private static final int HEADER_LINES = 2;

    private final NetworkNamespace namespace;
    private final String rules;

    /**
     * @param rules as {@link OwnRules} has them
     */
    NetworkCheck(NetworkNamespace namespace, String rules) {
        this.namespace = namespace;
        this.rules = rules;
    }

    static String listing(NetworkNamespace namespace) {
        return namespace.tool(List.of("nft", "--stateless", "list", "ruleset"));
    }

    private static List<String> interfaces(NetworkNamespace namespace) {
        return namespace
                .tool(List.of("cat", "/proc/self/net/dev"))
                .lines()
                .skip(HEADER_LINES)
                .map(line -> line.substring(0, line.indexOf(':')).strip())
                .toList();
    }

    /**
     * Refuses a network that is not as it must be.
     *
     * @throws SandboxException {@code SPEC}
     */
    void require() {
        wrong().ifPresent(why -> {
            throw new SandboxException(
                    SandboxException.Code.SPEC, "The run cannot be contained: " + why + ".");
        });
    }

    /** What is not as it was, as the end of a sentence; empty when all is. */
    Optional<String> wrong() {
        List<String> interfaces = interfaces(namespace);
        if (!interfaces.equals(List.of("lo"))) {
            return Optional.of("its network has the interfaces " + interfaces + ", not lo alone");
        }
        return listing(namespace).equals(rules)
                ? Optional.empty()
                : Optional.of("the rules of its network were changed");
    }
}
