package rein.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import rein.audit.StoredRecord;
import rein.identity.Caller;
import rein.registry.Agents;
import rein.registry.Registry;
import rein.registry.RegistryException;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.policy.Scopes;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText.Scope;

/** What somebody wants to act on when they act on policies, as policy sees it. */
record PolicyTargets(Registry registry, AdminGate gate) {

    /** A set that an organisation may have. */
    Route.On onSet(String scope) {
        try {
            return on(Scopes.ofSet(scope));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, "bad-scope", ProblemException.why(e));
        }
    }

    /** Any scope; the packs belong to the fleet. */
    Route.On on(String scope) {
        return scope.startsWith("agent:") || scope.startsWith("blueprint:")
                ? onSet(scope)
                : Route.On.fleet();
    }

    private Route.On on(Scope scope) {
        return switch (scope) {
            case Scope.Fleet _, Scope.Pack _, Scope.OfRun _ -> Route.On.fleet();
            case Scope.OfBlueprint(String name) -> {
                EntityUid uid = new EntityUid("Blueprint", name);
                yield new Route.On(uid, List.of(new Entity(uid, Set.of())));
            }
            case Scope.OfAgent(String name) -> Owned.agent(agent(name));
        };
    }

    boolean may(Caller caller, Action action, String scope) {
        try {
            return gate.allows(caller, action, on(scope));
        } catch (ProblemException gone) {
            return gate.allows(caller, action, Route.On.fleet());
        }
    }

    /** Of one agent, or of the fleet. */
    Route.On onAgent(Optional<String> name) {
        return name.map(known -> Owned.agent(agent(known))).orElseGet(Route.On::fleet);
    }

    /** The run that a record is about, owned by whom the record names. */
    Route.On on(StoredRecord record) {
        return record.text("owner")
                .map(owner -> Owned.by(owner, "Run", record.text("run").orElse("none")))
                .orElseGet(Route.On::fleet);
    }

    Agent agent(String name) {
        try {
            return switch (registry.agents().find(name)) {
                case Agents.Lookup.Found(Agent agent) -> agent;
                case Agents.Lookup.Remembered(Agent agent, Duration _) -> agent;
                case Agents.Lookup.Absent _ ->
                        throw new ProblemException(
                                404, "no-such-agent", "There is no agent '" + name + "'.");
            };
        } catch (RegistryException e) {
            throw new ProblemException(503, "database-gone", ProblemException.why(e));
        }
    }
}
