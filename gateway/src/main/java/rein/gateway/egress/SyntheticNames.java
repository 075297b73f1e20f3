package rein.gateway.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One run's names and the addresses that stand for them, 198.19.0.1 to 198.19.255.254 (RFC 2544
 * benchmarking space, routed nowhere). A name keeps its address as long as it is remembered; the
 * name used longest ago is forgotten when there are too many. Addresses are given out in turn, so
 * that one that was forgotten is not soon another name's. Safe for any thread.
 */
final class SyntheticNames {
    /** Names remembered per run, about 300 bytes each; a large build looks up a few hundred. */
    static final int NAMES_MAX = 4_096;

    private static final int FIRST = (198 << 24) | (19 << 16);
    static final int NUMBERS = 0xfffe;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> numbers = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<Integer, String> names = new HashMap<>();
    private int last;

    SyntheticNames() {
        this(KnownNames.NONE);
    }

    /** Goes on where another left off. */
    SyntheticNames(KnownNames known) {
        for (KnownNames.Name name : known.names()) {
            numbers.put(name.name(), name.number());
            names.put(name.number(), name.name());
        }
        last = known.last();
    }

    KnownNames known() {
        lock.lock();
        try {
            List<KnownNames.Name> all = new ArrayList<>();
            numbers.forEach((name, number) -> all.add(new KnownNames.Name(name, number)));
            return new KnownNames(last, all);
        } finally {
            lock.unlock();
        }
    }

    /** True for any address of the range, given out or not. */
    static boolean isSynthetic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 && (bytes[0] & 0xff) == 198 && bytes[1] == 19;
    }

    /**
     * The address that stands for a name.
     *
     * @param name lower case, without a last dot
     */
    InetAddress addressOf(String name) {
        lock.lock();
        try {
            Integer known = numbers.get(name);
            return address(known != null ? known : remember(name));
        } finally {
            lock.unlock();
        }
    }

    /** The name that an address stands for; empty if it stands for none or it is forgotten. */
    Optional<String> nameOf(InetAddress address) {
        if (!isSynthetic(address)) {
            return Optional.empty();
        }
        byte[] bytes = address.getAddress();
        int number = ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
        lock.lock();
        try {
            Optional<String> name = Optional.ofNullable(names.get(number));
            name.ifPresent(numbers::get); // counts as a use
            return name;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A client that resolves by itself names the address to its proxy; what is meant is the name.
     */
    Destination named(Destination to) {
        return to.literal()
                .flatMap(this::nameOf)
                .map(name -> new Destination(name, to.port(), Optional.empty()))
                .orElse(to);
    }

    private int remember(String name) {
        if (numbers.size() >= NAMES_MAX) {
            String oldest = numbers.keySet().iterator().next();
            Integer number = numbers.remove(oldest);
            names.remove(number);
        }
        do {
            last = last % NUMBERS + 1;
        } while (names.containsKey(last));
        numbers.put(name, last);
        names.put(last, name);
        return last;
    }

    private static InetAddress address(int number) {
        int bits = FIRST | number;
        try {
            return InetAddress.getByAddress(
                    new byte[] {
                        (byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits
                    });
        } catch (UnknownHostException notFourBytes) {
            throw new IllegalStateException(notFourBytes);
        }
    }
}
