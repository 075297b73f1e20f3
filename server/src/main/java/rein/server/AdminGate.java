package rein.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import rein.identity.Caller;
import rein.policy.CedarDecisionPoint;
import rein.server.http.Api;
import rein.server.http.Route;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Request;

/**
 * The management API's policy enforcement: the same engine and the same snapshot as every other
 * decision.
 */
final class AdminGate implements Api.Gate {
    private final CedarDecisionPoint decisions;
    private final SnapshotStore snapshots;

    AdminGate(CedarDecisionPoint decisions, SnapshotStore snapshots) {
        this.decisions = decisions;
        this.snapshots = snapshots;
    }

    @Override
    public Decision decide(Caller caller, Action action, Route.On on) {
        return switch (caller) {
            case Caller.Nobody(String why) -> Decision.deny("not-signed-in", why, "");
            case Caller.LocalRoot _ -> ask("root", Set.of("operator"), action, on);
            case Caller.Person person -> ask(person.name(), person.roles(), action, on);
        };
    }

    private Decision ask(String person, Set<String> roles, Action action, Route.On on) {
        EntityUid principal = new EntityUid("Person", person);
        Set<EntityUid> parents =
                roles.stream()
                        .map(role -> new EntityUid("Role", role))
                        .collect(Collectors.toUnmodifiableSet());
        List<Entity> entities = new ArrayList<>(on.entities());
        entities.add(new Entity(principal, parents));
        return decisions.decide(
                new Request(principal, action, on.resource(), Map.of(), entities),
                snapshots.current());
    }

    boolean allows(Caller caller, Action action, Route.On on) {
        return decide(caller, action, on).allowed();
    }

    /** Whose things alone the caller may do this with; empty where it may with everybody's. */
    Optional<String> restricted(Caller caller, Action action) {
        return allows(caller, action, Route.On.fleet())
                ? Optional.empty()
                : Optional.of(name(caller));
    }

    /** Who is acting, for records and orders. */
    static String name(Caller caller) {
        return switch (caller) {
            case Caller.Nobody _ -> "nobody";
            case Caller.LocalRoot _ -> "root";
            case Caller.Person person -> person.name();
        };
    }
}
