package rein.server;

import java.util.List;
import java.util.Optional;
import rein.registry.Agents;
import rein.registry.Page;
import rein.registry.Registration;
import rein.registry.Registry;
import rein.registry.RegistryException;
import rein.registry.Transition;
import rein.server.api.AgentView;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.node.LiveRuns;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Draft;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/** {@code /v1/agents}: who exists, and who answers for them. */
final class AgentRoutes {
    private static final int PAGE_ITEMS = 100;
    private final AdminGate gate;
    private final Registry registry;
    private final LiveRuns runs;
    private final Recorder recorder;

    AgentRoutes(AdminGate gate, Registry registry, LiveRuns runs, Recorder recorder) {
        this.gate = gate;
        this.registry = registry;
        this.runs = runs;
        this.recorder = recorder;
    }

    /** A page of agents. */
    record AgentPage(List<AgentView> items, Optional<String> next) {}

    /** Asks for an agent to be registered. */
    record AgentRequest(
            String name,
            String blueprint,
            String owner,
            List<String> sponsors,
            Optional<String> charter) {}

    /** Asks for another state: active, suspended or retired. */
    record StateRequest(String state) {}

    void addTo(Api api) {
        api.add(
                new Route<>(
                        "GET",
                        "/v1/agents",
                        "Agents by name; cursor, limit",
                        Action.REGISTRY_READ,
                        NoBody.class,
                        AgentPage.class,
                        (call, _) -> Route.On.own(call.caller()),
                        (call, _) -> page(call)));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/agents",
                        "Register an agent; it is proposed until somebody activates it",
                        Action.REGISTRY_WRITE,
                        AgentRequest.class,
                        AgentView.class,
                        (_, body) -> on(body.name()),
                        (call, body) -> register(body, AdminGate.name(call.caller()))));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/agents/{name}/state",
                        "Move an agent to another state",
                        Action.REGISTRY_WRITE,
                        StateRequest.class,
                        AgentView.class,
                        (call, _) -> on(call.part("name")),
                        (call, body) ->
                                move(
                                        call.part("name"),
                                        body.state(),
                                        AdminGate.name(call.caller()))));
    }

    private AgentPage page(Call call) throws RegistryException {
        Page<Agent> page =
                registry.agents()
                        .list(
                                gate.restricted(call.caller(), Action.REGISTRY_READ)
                                        .map(Agents.Filter::ownedBy)
                                        .orElse(Agents.Filter.ALL),
                                call.exchange().query("cursor"),
                                call.number("limit", PAGE_ITEMS, Page.ITEMS_MAX));
        return new AgentPage(page.items().stream().map(this::view).toList(), page.next());
    }

    private AgentView register(AgentRequest request, String by) throws RegistryException {
        registry.persons().ensure(request.owner());
        Registration registration =
                registry.agents()
                        .register(
                                request.name(),
                                request.blueprint(),
                                request.owner(),
                                request.sponsors(),
                                request.charter());
        return switch (registration) {
            case Registration.Created(Agent agent) -> {
                record(agent, "registered", by);
                yield view(agent);
            }
            case Registration.Existing(Agent agent) -> view(agent);
            case Registration.Taken(Agent agent) ->
                    throw new ProblemException(
                            409,
                            "name-taken",
                            "Agent "
                                    + agent.name()
                                    + " exists and belongs to "
                                    + agent.owner()
                                    + ".");
        };
    }

    private AgentView move(String name, String state, String by) throws RegistryException {
        Agent.State wanted =
                java.util.Arrays.stream(Agent.State.values())
                        .filter(each ->
                                each.name().toLowerCase(java.util.Locale.ROOT).equals(state))
                        .findFirst()
                        .orElseThrow(() ->
                                new ProblemException(
                                        422,
                                        "bad-state",
                                        "A state is active, suspended or retired."));
        return switch (registry.agents().move(name, wanted)) {
            case Transition.Changed(Agent.State _, Agent agent) -> {
                record(agent, state, by);
                yield view(agent);
            }
            case Transition.Unchanged(Agent agent) -> view(agent);
            case Transition.Illegal illegal ->
                    throw new ProblemException(409, "no-such-step", illegal.explanation());
            case Transition.Absent(String absent) ->
                    throw new ProblemException(
                            404, "no-such-agent", "There is no agent '" + absent + "'.");
        };
    }

    private AgentView view(Agent agent) {
        long live =
                runs.live().stream()
                        .filter(run -> run.run().agent().name().equals(agent.name()))
                        .count();
        return AgentView.of(agent, (int) live);
    }

    private static Route.On on(String name) {
        EntityUid uid = new EntityUid("Agent", name);
        return new Route.On(uid, List.of(new Entity(uid, java.util.Set.of())));
    }

    private void record(Agent agent, String change, String by) {
        try {
            recorder.append(
                    Draft.of(Kind.AGENT_CHANGED)
                            .person(by)
                            .asked(Action.REGISTRY_WRITE, new EntityUid("Agent", agent.name()))
                            .detail("change", change)
                            .detail("owner", agent.owner())
                            .build());
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "This change could not be recorded: " + ProblemException.why(e));
        }
    }
}
