package rein.gateway.egress;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names that one run has looked up and the numbers of the addresses that stand for them, to be
 * given from one node to the next.
 *
 * @param last the number given out last
 * @param names the one used longest ago first
 */
public record KnownNames(int last, List<Name> names) {
    /** Of a run that begins. */
    public static final KnownNames NONE = new KnownNames(0, List.of());

    /**
     * One name.
     *
     * @param number the last two bytes of the address, 1 to 65534
     */
    public record Name(String name, int number) {
        public Name {
            if (number < 1 || number > SyntheticNames.NUMBERS) {
                throw new IllegalArgumentException("no address has the number " + number);
            }
            if (!Destination.isName(name)) {
                throw new IllegalArgumentException("not a name: '" + name + "'");
            }
        }
    }

    public KnownNames {
        names = List.copyOf(names);
        if (last < 0 || last > SyntheticNames.NUMBERS) {
            throw new IllegalArgumentException("no address has the number " + last);
        }
        if (names.size() > SyntheticNames.NAMES_MAX) {
            throw new IllegalArgumentException(names.size() + " names are too many");
        }
        Set<Object> seen = new HashSet<>();
        for (Name name : names) {
            if (!seen.add(name.name()) || !seen.add(name.number())) {
                throw new IllegalArgumentException("twice the same name or address: " + name);
            }
        }
    }
}
