package rein.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
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
        return namespace.inside(
                () -> Tool.run(List.of("nft", "--stateless", "list", "ruleset"), ""));
    }

    /** The names of its interfaces, from the calling thread's view of it. */
    private static List<String> interfaces(NetworkNamespace namespace) {
        return namespace.inside(() ->
                Files.readAllLines(Path.of("/proc/thread-self/net/dev")).stream()
                        .skip(HEADER_LINES)
                        .map(line -> line.substring(0, line.indexOf(':')).strip())
                        .toList());
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
