package rein.identity;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** Who is calling. What they may do is policy's to decide. */
public sealed interface Caller {
    /** The role of the first person; policy gives it the right to issue tokens. */
    String OPERATOR = "operator";

    /**
     * A person.
     *
     * @param credential what proved it, for the record: {@code token:<id>} or {@code uid:<number>}
     */
    record Person(String name, SortedSet<String> roles, String credential) implements Caller {
        public Person {
            roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
        }
    }

    /** Root on this machine, known by SO_PEERCRED of a Unix socket (unix(7)). */
    record LocalRoot() implements Caller {}

    /**
     * Nobody we know.
     *
     * @param why one sentence for the caller
     */
    record Nobody(String why) implements Caller {}

    /**
     * The caller at the other end of a Unix socket on this machine: root, or the person of that
     * login name, without roles.
     *
     * @param uid as the kernel says it (SO_PEERCRED)
     * @param login the host's name of that uid
     */
    static Caller ofPeer(long uid, String login) {
        if (uid == 0) {
            return new LocalRoot();
        }
        return TokenRules.isPerson(login)
                ? new Person(login, new TreeSet<>(), "uid:" + uid)
                : new Nobody("User id " + uid + " of this machine has no usable login name.");
    }
}
