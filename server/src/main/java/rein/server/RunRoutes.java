package rein.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rein.identity.Caller;
import rein.policy.Packs;
import rein.policy.Policies;
import rein.policy.Problem;
import rein.registry.Agents;
import rein.registry.Registration;
import rein.registry.Registry;
import rein.registry.RegistryException;
import rein.respond.Stops;
import rein.server.api.RunPrepared;
import rein.server.api.RunRequest;
import rein.server.api.RunView;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.node.LiveRuns;
import rein.server.node.Node;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Draft;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Value;

/** {@code /v1/runs}: what runs, and how `rein run` starts one. */
final class RunRoutes {
    private final Node node;
    private final LiveRuns runs;
    private final Stops stops;
    private final Registry registry;
    private final Recorder recorder;

    RunRoutes(Node node, LiveRuns runs, Stops stops, Registry registry, Recorder recorder) {
        this.node = node;
        this.runs = runs;
        this.stops = stops;
        this.registry = registry;
        this.recorder = recorder;
    }

    void addTo(Api api) {
        api.add(
                new Route<>(
                        "GET",
                        "/v1/runs",
                        "Runs of this node: live ones, then the latest that ended",
                        Action.REGISTRY_READ,
                        NoBody.class,
                        RunView[].class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) ->
                                runs.all().stream()
                                        .map(live ->
                                                live.view(stops.standing(live.run()).isPresent()))
                                        .toArray(RunView[]::new)));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/runs",
                        "Prepare a run; only over this machine's Unix socket, since the caller becomes the run",
                        Action.AGENT_USE,
                        RunRequest.class,
                        RunPrepared.class,
                        this::target,
                        this::prepare));
    }

    /** INVARIANT: nothing is registered before the caller may use it; an unknown agent is none. */
    private Route.On target(Call call, RunRequest request) {
        if (!(call.caller() instanceof Caller.LocalRoot)) {
            throw new ProblemException(
                    403,
                    "not-here",
                    "A run is started on its own machine, as root: sudo rein run …");
        }
        if (request.agent().isEmpty()) {
            return Route.On.fleet();
        }
        try {
            return switch (registry.agents().find(request.agent().get())) {
                case Agents.Lookup.Found(Agent agent) -> on(agent);
                case Agents.Lookup.Remembered(Agent agent, Duration _) -> on(agent);
                case Agents.Lookup.Absent _ -> Route.On.fleet();
            };
        } catch (RegistryException e) {
            throw unusable(e);
        }
    }

    private RunPrepared prepare(Call call, RunRequest request) {
        if (!Packs.names().contains(request.pack())) {
            throw new ProblemException(
                    422,
                    "no-such-pack",
                    "There is no pack '" + request.pack() + "'; there are " + Packs.names() + ".");
        }
        Agent agent = agent(request);
        if (agent.state() == Agent.State.SUSPENDED || agent.state() == Agent.State.RETIRED) {
            throw new ProblemException(
                    403,
                    "agent-" + agent.state().name().toLowerCase(java.util.Locale.ROOT),
                    "Agent "
                            + agent.name()
                            + " is "
                            + agent.state().name().toLowerCase(java.util.Locale.ROOT)
                            + "; its owner "
                            + agent.owner()
                            + " can say why.");
        }
        return node.prepare(request, agent, policies(request), request.caller());
    }

    /** The named agent, or the proposed one of this caller and command. */
    private Agent agent(RunRequest request) {
        try {
            Optional<String> name = request.agent();
            if (name.isPresent()) {
                return switch (registry.agents().find(name.get())) {
                    case Agents.Lookup.Found(Agent agent) -> agent;
                    case Agents.Lookup.Remembered(Agent agent, Duration _) -> agent;
                    case Agents.Lookup.Absent _ ->
                            registered(
                                    registry.agents()
                                            .register(
                                                    name.get(),
                                                    request.pack(),
                                                    owner(request),
                                                    List.of(),
                                                    Optional.empty()));
                };
            }
            if (request.command().isEmpty()) {
                throw new ProblemException(422, "no-command", "There is no command to run.");
            }
            String user = owner(request);
            return registered(
                    registry.agents().propose(user, request.command().getFirst(), request.pack()));
        } catch (RegistryException e) {
            throw unusable(e);
        }
    }

    private static ProblemException unusable(RegistryException e) {
        int status = e.code() == RegistryException.Code.REFUSED ? 422 : 503;
        return new ProblemException(status, "registry", ProblemException.why(e));
    }

    private String owner(RunRequest request) throws RegistryException {
        registry.persons().ensure(request.caller());
        return request.caller();
    }

    private Agent registered(Registration registration) {
        return switch (registration) {
            case Registration.Created(Agent agent) -> {
                try {
                    recorder.append(
                            Draft.of(Kind.AGENT_CHANGED)
                                    .person(agent.owner())
                                    .asked(
                                            Action.REGISTRY_WRITE,
                                            new EntityUid("Agent", agent.name()))
                                    .detail("change", "proposed")
                                    .detail("owner", agent.owner())
                                    .build());
                } catch (RecordRefusedException e) {
                    throw new ProblemException(
                            503,
                            "not-recorded",
                            "The new agent could not be recorded: " + ProblemException.why(e));
                }
                yield agent;
            }
            case Registration.Existing(Agent agent) -> agent;
            case Registration.Taken(Agent agent) ->
                    throw new ProblemException(
                            409,
                            "name-taken",
                            "Agent "
                                    + agent.name()
                                    + " belongs to "
                                    + agent.owner()
                                    + "; name another with --agent.");
        };
    }

    private static List<PolicyText> policies(RunRequest request) {
        List<PolicyText> policies = new ArrayList<>();
        if (request.policy().isPresent()) {
            RunRequest.PolicyFile file = request.policy().get();
            if (file.name().indexOf('/') >= 0) {
                throw new ProblemException(
                        422, "bad-policy", "A policy file's name has no slash: " + file.name());
            }
            PolicyText text =
                    new PolicyText(file.name(), new PolicyText.Scope.OfRun(), file.text());
            List<Problem> problems = Policies.check(text);
            if (!problems.isEmpty()) {
                String more =
                        problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
                throw new ProblemException(422, "bad-policy", problems.getFirst() + more);
            }
            policies.add(text);
        }
        return policies;
    }

    private static Route.On on(Agent agent) {
        EntityUid uid = new EntityUid("Agent", agent.name());
        Map<String, Value> attributes =
                Map.of("owner", new Value.Ref(new EntityUid("Person", agent.owner())));
        return new Route.On(uid, List.of(new Entity(uid, attributes, Set.of(), Map.of())));
    }
}
