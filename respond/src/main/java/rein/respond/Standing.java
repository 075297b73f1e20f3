package rein.respond;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;
import rein.vocabulary.StopOrder.Mode;
import rein.vocabulary.StopOrder.Scope;

/**
 * The orders in force at one moment. Immutable, so that it is read without a lock: a look-up asks
 * for the six scopes that can cover a run, however many orders there are.
 */
final class Standing {
    static final Standing NONE = new Standing(List.of());

    /** Termination outweighs suspension; of equals the newest says why. */
    private static final Comparator<StopOrder> WEIGHT =
            Comparator.comparing(StopOrder::mode).thenComparingLong(StopOrder::epoch);

    private final List<StopOrder> orders;
    private final Map<Scope, List<StopOrder>> byScope = new HashMap<>();

    private Standing(List<StopOrder> orders) {
        this.orders = orders;
        for (StopOrder order : orders) {
            byScope.computeIfAbsent(order.scope(), scope -> new ArrayList<>()).add(order);
        }
    }

    static Standing of(Collection<StopOrder> orders) {
        return new Standing(
                orders.stream().sorted(Comparator.comparingLong(StopOrder::epoch)).toList());
    }

    Standing with(StopOrder order) {
        List<StopOrder> more = new ArrayList<>(orders);
        more.add(order);
        return new Standing(List.copyOf(more));
    }

    Standing without(UUID order) {
        return new Standing(orders.stream().filter(other -> !other.id().equals(order)).toList());
    }

    /** Oldest first. */
    List<StopOrder> orders() {
        return orders;
    }

    Optional<StopOrder> find(UUID id) {
        return orders.stream().filter(order -> order.id().equals(id)).findFirst();
    }

    Optional<StopOrder> find(Scope scope, Mode mode) {
        return of(scope).filter(order -> order.mode() == mode).findFirst();
    }

    /** The weightiest order that covers this run or the run that spawned it. */
    Optional<StopOrder> covering(Run run) {
        if (orders.isEmpty()) {
            return Optional.empty();
        }
        Stream<Scope> own =
                Stream.of(
                        new Scope.OfRun(run.id()),
                        new Scope.OfAgent(run.agent().name()),
                        new Scope.OfBlueprint(run.agent().blueprint()),
                        new Scope.OfOwner(run.agent().owner()),
                        new Scope.Fleet());
        Stream<Scope> inherited = run.parent().map(Scope.OfRun::new).stream().map(scope -> scope);
        return Stream.concat(own, inherited).flatMap(this::of).max(WEIGHT);
    }

    Stream<StopOrder> of(Scope scope) {
        return byScope.getOrDefault(scope, List.of()).stream();
    }
}
