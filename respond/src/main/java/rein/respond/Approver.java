package rein.respond;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who approves.
 *
 * @param name the person; {@code root} for this machine's own
 * @param credential what proved it: {@code token:<id>}, {@code uid:0}
 * @param login who logged in and became root, as far as the kernel or sudo tells
 */
public record Approver(String name, String credential, Optional<String> login) {
    /** The name of whoever is root on the node. */
    public static final String ROOT = "root";

    /**
     * Whether two approvals certainly come from two people. Root whose login nobody knows may be
     * anybody, so with nobody is it certain.
     */
    public boolean isCertainlyNot(Approver other) {
        if (mayBeAnybody() || other.mayBeAnybody()) {
            return false;
        }
        Set<String> common = names();
        common.retainAll(other.names());
        return common.isEmpty();
    }

    private boolean mayBeAnybody() {
        return name.equals(ROOT) && login.isEmpty();
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        names.add(name);
        login.ifPresent(names::add);
        return names;
    }

    /** For a sentence: {@code root (alice)}. */
    public String shown() {
        return login.filter(who -> !who.equals(name))
                .map(who -> name + " (" + who + ")")
                .orElse(name);
    }

    /** As it stands in records. */
    public String text() {
        return name + "/" + credential + "/" + login.orElse("");
    }

    /** What {@link #text} wrote. */
    public static Approver parse(String text) {
        String[] parts = text.split("/", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not an approver: " + text);
        }
        return new Approver(
                parts[0], parts[1], Optional.of(parts[2]).filter(login -> !login.isEmpty()));
    }
}
