package rein.vocabulary;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run has touched. A taint sticks until the run ends.
 *
 * <p>The data classes stand here as well: the egress door finds them in clear HTTP, a policy
 * declares with {@code @taint} that whoever is let through has touched them.
 */
public enum Taint {
    /** Text that somebody outside wrote: of a host that no group of this machine's names. */
    UNTRUSTED_INPUT,
    /** What is not for outsiders. */
    PRIVATE_DATA,
    PERSONAL_DATA,
    CREDENTIALS,
    SOURCE_CODE;

    /** As policies and records write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Taint> find(String label) {
        return Stream.of(values()).filter(taint -> taint.label().equals(label)).findFirst();
    }

    public static List<String> labels() {
        return Stream.of(values()).map(Taint::label).toList();
    }
}
