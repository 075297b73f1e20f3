package rein.respond;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The grants in force, found by agent without a lock, since every connection of every run asks.
 * Changed under the lock of {@link Approvals} only.
 */
final class GrantShelf {
    private final Map<UUID, HeldGrant> byId = new ConcurrentHashMap<>();
    private final Map<String, List<HeldGrant>> byAgent = new ConcurrentHashMap<>();

    void add(HeldGrant held) {
        byId.put(held.grant().id(), held);
        String agent = held.grant().denial().agent();
        List<HeldGrant> more = new ArrayList<>(of(agent));
        more.add(held);
        byAgent.put(agent, List.copyOf(more));
    }

    /** Whether this call removed it. */
    boolean remove(HeldGrant held) {
        if (!byId.remove(held.grant().id(), held)) {
            return false;
        }
        String agent = held.grant().denial().agent();
        List<HeldGrant> left = of(agent).stream().filter(other -> other != held).toList();
        if (left.isEmpty()) {
            byAgent.remove(agent);
        } else {
            byAgent.put(agent, left);
        }
        return true;
    }

    List<HeldGrant> of(String agent) {
        return byAgent.getOrDefault(agent, List.of());
    }

    Optional<HeldGrant> find(UUID id) {
        return Optional.ofNullable(byId.get(id));
    }

    Collection<HeldGrant> all() {
        return byId.values();
    }
}
