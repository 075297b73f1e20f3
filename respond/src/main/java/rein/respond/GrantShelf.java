package rein.respond;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

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

    /** Grants that allow now what was denied. */
    Stream<Grant> allowing(Denial denial, long nanos) {
        return of(denial.agent()).stream()
                .filter(held -> held.permits(denial.run(), nanos))
                .map(HeldGrant::grant)
                .filter(grant -> grant.denial().isSameDestination(denial));
    }

    /** Whether one more fits; those that were used are kept only as long as there is room. */
    boolean hasRoom(String agent, int all, int ofAgent) {
        if (isFull(agent, all, ofAgent)) {
            byId.values().stream().filter(HeldGrant::isUsed).toList().forEach(this::remove);
        }
        return !isFull(agent, all, ofAgent);
    }

    private boolean isFull(String agent, int all, int ofAgent) {
        return byId.size() >= all || of(agent).size() >= ofAgent;
    }

    boolean isTaken(String policyName) {
        return byId.values().stream()
                .anyMatch(held -> held.grant().permit().name().equals(policyName));
    }

    Collection<HeldGrant> all() {
        return byId.values();
    }
}
