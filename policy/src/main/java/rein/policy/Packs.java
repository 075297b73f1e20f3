package rein.policy;

import static rein.vocabulary.PolicyText.Mode.ENFORCE;
import static rein.vocabulary.PolicyText.Mode.SHADOW;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import rein.vocabulary.PolicyText;
import rein.vocabulary.PolicyText.Scope.Pack;

/**
 * The policies that come with the product: Cedar files beside this class, written to be read. What
 * holds for everyone ({@code fleet}, {@code admin}, {@code ceiling}), what is tried on everyone in
 * shadow ({@code trifecta}, {@code escalation}), and the packs of which a run chooses one.
 */
public final class Packs {
    /** What {@code rein run} uses when nothing is said. */
    public static final String DEFAULT = "coding";

    private static final List<String> NAMES = List.of("coding", "locked", "observe");

    /** For the whole fleet, and in shadow until somebody has seen whom they would refuse what. */
    private static final List<String> TRIED = List.of("trifecta", "escalation");

    private Packs() {}

    /** The names that a run can choose from. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The fleet's rules, the management API's rules, the ceiling, what is tried in shadow, and
     * every pack, in this order.
     */
    public static List<PolicyText> all() {
        return Stream.of(
                        Stream.of("fleet", "admin", "ceiling").map(name -> ofFleet(name, ENFORCE)),
                        TRIED.stream().map(name -> ofFleet(name, SHADOW)),
                        NAMES.stream().map(name -> load(name, new Pack(name), ENFORCE)))
                .flatMap(texts -> texts)
                .toList();
    }

    private static PolicyText ofFleet(String name, PolicyText.Mode mode) {
        return load(name, new PolicyText.Scope.Fleet(), mode);
    }

    /** One pack; empty for a name that is not in {@link #names}. */
    public static Optional<PolicyText> find(String name) {
        return NAMES.contains(name)
                ? Optional.of(load(name, new Pack(name), ENFORCE))
                : Optional.empty();
    }

    private static PolicyText load(String name, PolicyText.Scope scope, PolicyText.Mode mode) {
        return new PolicyText(name, scope, mode, resource(name + ".cedar"));
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
