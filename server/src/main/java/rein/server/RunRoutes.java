package rein.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import rein.gateway.ingress.ExposedPort;
import rein.identity.Caller;
import rein.policy.Packs;
import rein.policy.Policies;
import rein.policy.syntax.Problem;
import rein.registry.Agents;
import rein.registry.Registration;
import rein.registry.Registry;
import rein.registry.RegistryException;
import rein.respond.Stops;
import rein.sandbox.Peer;
import rein.server.api.RunExplained;
import rein.server.api.RunPrepared;
import rein.server.api.RunRequest;
import rein.server.api.RunView;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.node.LiveRun;
import rein.server.node.LiveRuns;
import rein.server.node.Node;
import rein.server.node.Reach;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Decision;
import rein.vocabulary.Draft;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Tenant;

/** {@code /v1/runs}: what runs, and how `rein run` starts one. */
final class RunRoutes {
    private final AdminGate gate;
    private final Node node;
    private final LiveRuns runs;
    private final Stops stops;
    private final Registry registry;
    private final Recorder recorder;
    private final ReachCeiling ceiling;

    RunRoutes(
            AdminGate gate,
            Node node,
            LiveRuns runs,
            Stops stops,
            Registry registry,
            Recorder recorder,
            ReachCeiling ceiling) {
        this.gate = gate;
        this.node = node;
        this.runs = runs;
        this.stops = stops;
        this.registry = registry;
        this.recorder = recorder;
        this.ceiling = ceiling;
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
                        (call, _) -> Route.On.own(call.caller()),
                        (call, _) ->
                                runs.all().stream()
                                        .filter(live -> seenBy(call.caller(), live))
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
        api.add(
                new Route<>(
                        "POST",
                        "/v1/runs/explanation",
                        "What a run would be given; nothing is registered, recorded or started",
                        Action.AGENT_USE,
                        RunRequest.class,
                        RunExplained.class,
                        this::target,
                        (call, request) -> explain(call, request)));
    }

    private RunExplained explain(Call call, RunRequest request) {
        List<PolicyText> policies = new ArrayList<>();
        policies.add(
                Packs.find(request.pack())
                        .orElseThrow(() ->
                                new ProblemException(
                                        422,
                                        "no-such-pack",
                                        "There is no pack '" + request.pack() + "'.")));
        policies.addAll(policies(request));
        String person = person(call.caller(), request);
        String name =
                request.agent()
                        .orElseGet(() -> Agents.proposedName(person, request.command().getFirst()));
        try {
            return node.explain(
                    request,
                    notRegistered(name, person, request.pack()),
                    policies,
                    ordinary(call).map(Peer::uid));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, "bad-run", ProblemException.why(e));
        }
    }

    /** Stands for the agent in an explanation: what a run is given does not depend on more. */
    private static Agent notRegistered(String name, String owner, String pack) {
        return new Agent(
                new Tenant("explained.invalid"),
                new UUID(0, 0),
                name,
                pack,
                owner,
                List.of(),
                Agent.State.PROPOSED,
                Optional.empty());
    }

    private boolean seenBy(Caller caller, LiveRun live) {
        Agent agent = live.run().agent();
        return gate.allows(
                caller,
                Action.REGISTRY_READ,
                Owned.by(agent.owner(), "Run", live.run().id().toString()));
    }

    /** INVARIANT: nothing is registered before the caller may use it; an unknown agent is none. */
    private Route.On target(Call call, RunRequest request) {
        Route.On none =
                switch (call.caller()) {
                    case Caller.LocalRoot _ -> Route.On.fleet();
                    // What does not exist yet becomes the caller's own.
                    case Caller.Person person when call.exchange().peer().isPresent() ->
                            Owned.by(person.name(), "Agent", request.agent().orElse("proposed"));
                    case Caller.Person _, Caller.Nobody _ ->
                            throw new ProblemException(
                                    403,
                                    "not-here",
                                    "A run is started on its own machine, not over the network: "
                                            + "rein run …");
                };
        if (request.agent().isEmpty()) {
            return none;
        }
        try {
            return switch (registry.agents().find(request.agent().get())) {
                case Agents.Lookup.Found(Agent agent) -> Owned.agent(agent);
                case Agents.Lookup.Remembered(Agent agent, Duration _) -> Owned.agent(agent);
                case Agents.Lookup.Absent _ -> none;
            };
        } catch (RegistryException e) {
            throw unusable(e);
        }
    }

    private RunPrepared prepare(Call call, RunRequest request) {
        node.drain().refuse();
        if (!Packs.names().contains(request.pack())) {
            throw new ProblemException(
                    422,
                    "no-such-pack",
                    "There is no pack '" + request.pack() + "'; there are " + Packs.names() + ".");
        }
        String person = person(call.caller(), request);
        Agent agent = agent(request, person);
        // Asked again: whose it is was not known before, or somebody was faster in registering it.
        require(call.caller(), Action.AGENT_USE, Owned.agent(agent));
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
        boolean grants = !request.reach().isEmpty() || !request.expose().isEmpty();
        if (request.policy().isPresent() || grants) {
            require(
                    call.caller(),
                    Action.POLICY_WRITE,
                    Owned.by(agent.owner(), "Run", "of-" + agent.name()));
        }
        List<PolicyText> policies = policies(request);
        List<Reach> reach = grants(call.caller(), request);
        List<String> notes = ceiling.notes(reach, node.planned(request, agent), request.pack());
        Reach.policy(reach, agent.name()).ifPresent(policies::add);
        return node.prepare(request, agent, policies, person, ordinary(call)).noting(notes);
    }

    /** What the command line grants this run, read before anything of it is made. */
    private static List<Reach> grants(Caller caller, RunRequest request) {
        try {
            for (String text : request.expose()) {
                int hostPort = ExposedPort.parse(text).hostPort();
                boolean low = hostPort > 0 && hostPort < ExposedPort.UNPRIVILEGED_MIN;
                if (low && !(caller instanceof Caller.LocalRoot)) {
                    throw new ProblemException(
                            403,
                            "privileged-port",
                            "--expose "
                                    + text
                                    + ": ports below "
                                    + ExposedPort.UNPRIVILEGED_MIN
                                    + " of this machine are root's; name another: PORT:HOSTPORT.");
                }
            }
            return Reach.parse(request.reach());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, "bad-grant", ProblemException.why(e));
        }
    }

    private void require(Caller caller, Action action, Route.On on) {
        Decision decision = gate.decide(caller, action, on);
        if (!decision.allowed()) {
            throw new ProblemException(
                    403,
                    decision.reasons().getFirst().code(),
                    decision.reasons().getFirst().text()
                            + " "
                            + decision.reasons().getFirst().nextStep());
        }
    }

    /** Root says for whom it asks; everybody else asks for themselves. */
    private static String person(Caller caller, RunRequest request) {
        return switch (caller) {
            case Caller.LocalRoot _ -> request.caller();
            case Caller.Person person -> person.name();
            case Caller.Nobody(String why) -> throw new ProblemException(401, "not-signed-in", why);
        };
    }

    /** The process of an ordinary caller, which the node lets in and does not trust. */
    private static Optional<Peer> ordinary(Call call) {
        return switch (call.caller()) {
            case Caller.LocalRoot _ -> Optional.empty();
            case Caller.Person _, Caller.Nobody _ ->
                    Optional.of(call.exchange().peer().orElseThrow().process());
        };
    }

    /** The named agent, or the proposed one of this caller and command. */
    private Agent agent(RunRequest request, String person) {
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
                                                    owner(person),
                                                    List.of(),
                                                    Optional.empty()));
                };
            }
            if (request.command().isEmpty()) {
                throw new ProblemException(422, "no-command", "There is no command to run.");
            }
            String user = owner(person);
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

    private String owner(String person) throws RegistryException {
        registry.persons().ensure(person);
        return person;
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
}
