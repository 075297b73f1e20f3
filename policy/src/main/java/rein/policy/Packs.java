package rein.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import rein.vocabulary.PolicyText;

/**
 * The policies that come with the product: Cedar files beside this class, written to be read. What
 * holds for everyone ({@code fleet}, {@code admin}, {@code ceiling}), and the packs of which a run
 * chooses one.
 */
public final class Packs {
    /** What {@code rein run} uses when nothing is said. */
    public static final String DEFAULT = "coding";

    private static final List<String> NAMES = List.of("coding", "locked", "observe");

    private Packs() {}

    /** The names that a run can choose from. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The fleet's rules, the management API's rules, the ceiling, and every pack, in this order.
     */
    public static List<PolicyText> all() {
        PolicyText.Scope everywhere = new PolicyText.Scope.Fleet();
        return Stream.concat(
                        Stream.of("fleet", "admin", "ceiling").map(name -> load(name, everywhere)),
                        NAMES.stream().map(name -> load(name, new PolicyText.Scope.Pack(name))))
                .toList();
    }

    /** One pack; empty for a name that is not in {@link #names}. */
    public static Optional<PolicyText> find(String name) {
        return NAMES.contains(name)
                ? Optional.of(load(name, new PolicyText.Scope.Pack(name)))
                : Optional.empty();
    }

    private static PolicyText load(String name, PolicyText.Scope scope) {
        return new PolicyText(name, scope, resource(name + ".cedar"));
    }

    /** A file beside this class. */
    static String resource(String file) {
        try (InputStream in = Packs.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("this build lacks the file " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the file " + file + " cannot be read", e);
        }
    }
}
