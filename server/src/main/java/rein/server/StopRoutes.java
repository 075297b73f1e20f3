package rein.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import rein.respond.StopException;
import rein.respond.Stops;
import rein.server.api.OrderView;
import rein.server.api.ReceiptView;
import rein.server.api.ResumeRequest;
import rein.server.api.Resumed;
import rein.server.api.StopRequest;
import rein.server.http.Api;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.node.LiveRun;
import rein.server.node.LiveRuns;
import rein.server.node.Notices;
import rein.vocabulary.Action;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Receipt;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Value;

/** {@code /v1/stops} and {@code /v1/resumes}. Nothing here needs PostgreSQL. */
final class StopRoutes {
    private final Stops stops;
    private final LiveRuns runs;

    StopRoutes(Stops stops, LiveRuns runs) {
        this.stops = stops;
        this.runs = runs;
    }

    void addTo(Api api) {
        api.add(
                new Route<>(
                        "POST",
                        "/v1/stops",
                        "Order a stop; answers with its receipt",
                        Action.STOP_ORDER,
                        StopRequest.class,
                        ReceiptView.class,
                        (_, body) -> on(scope(body)),
                        (call, body) -> stop(body, AdminGate.name(call.caller()))));
        api.add(
                new Route<>(
                        "GET",
                        "/v1/stops",
                        "Stop orders in force",
                        Action.AUDIT_READ,
                        NoBody.class,
                        OrderView[].class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) ->
                                stops.inForce().stream()
                                        .map(OrderView::of)
                                        .toArray(OrderView[]::new)));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/resumes",
                        "End a stop order, named by its id or by a run that it stopped",
                        Action.STOP_RESUME,
                        ResumeRequest.class,
                        Resumed.class,
                        (_, body) -> on(order(body.what()).scope()),
                        (call, body) -> resume(body, AdminGate.name(call.caller()))));
    }

    private ReceiptView stop(StopRequest request, String person) {
        Receipt receipt =
                stops.issue(
                        scope(request),
                        request.kill() ? StopOrder.Mode.TERMINATE : StopOrder.Mode.SUSPEND,
                        request.reason()
                                .filter(reason -> !reason.isBlank())
                                .orElse("no reason given"),
                        person,
                        Optional.empty());
        switch (receipt.order().mode()) {
            case SUSPEND -> tell(receipt.order());
            case TERMINATE -> {
                // The last word says it, when the run has ended.
            }
        }
        return ReceiptView.of(receipt);
    }

    /** Whoever sits at a suspended run sees a command that hangs, unless told why. */
    private void tell(StopOrder order) {
        for (LiveRun live : runs.live()) {
            if (order.scope().covers(live.run())) {
                Notices.tell(
                        live,
                        "suspended by "
                                + order.issuer()
                                + ": "
                                + order.reason()
                                + ". Resume: rein resume "
                                + live.run().shortId()
                                + " · end it: rein stop --kill "
                                + live.run().shortId());
            }
        }
    }

    private Resumed resume(ResumeRequest request, String person) {
        try {
            StopOrder ended =
                    stops.resume(
                            order(request.what()).id(),
                            person,
                            request.reason().isBlank() ? "no reason given" : request.reason());
            long going =
                    runs.live().stream()
                            .filter(live -> ended.scope().covers(live.run()))
                            .filter(live -> stops.standing(live.run()).isEmpty())
                            .count();
            return new Resumed(ended.id(), ReceiptView.scope(ended.scope()), (int) going);
        } catch (StopException e) {
            throw new ProblemException(409, "not-resumed", ProblemException.why(e));
        }
    }

    private StopOrder order(String what) {
        List<StopOrder> inForce = stops.inForce();
        Optional<StopOrder> named =
                inForce.stream().filter(order -> order.id().toString().equals(what)).findFirst();
        if (named.isPresent()) {
            return named.get();
        }
        for (LiveRun live : runs.named(what)) {
            Optional<StopOrder> standing = stops.standing(live.run());
            if (standing.isPresent()) {
                return standing.get();
            }
        }
        throw new ProblemException(
                404,
                "no-such-stop",
                "No stop order in force is called, or covers a run called, '" + what + "'.");
    }

    private StopOrder.Scope scope(StopRequest request) {
        int targets =
                (request.run().isPresent() ? 1 : 0)
                        + (request.agent().isPresent() ? 1 : 0)
                        + (request.blueprint().isPresent() ? 1 : 0)
                        + (request.owner().isPresent() ? 1 : 0)
                        + (request.fleet() ? 1 : 0);
        if (targets != 1) {
            throw new ProblemException(
                    422,
                    "bad-scope",
                    "Name exactly one of run, agent, blueprint, owner and fleet.");
        }
        if (request.run().isPresent()) {
            List<LiveRun> named = runs.named(request.run().get());
            if (named.size() != 1) {
                throw new ProblemException(
                        named.isEmpty() ? 404 : 409,
                        named.isEmpty() ? "no-such-run" : "ambiguous-run",
                        named.isEmpty()
                                ? "This node has no run '"
                                        + request.run().get()
                                        + "'; see `rein runs`."
                                : "'"
                                        + request.run().get()
                                        + "' is short for "
                                        + named.size()
                                        + " runs; type more of it.");
            }
            return new StopOrder.Scope.OfRun(named.getFirst().run().id());
        }
        return request.agent()
                .<StopOrder.Scope>map(StopOrder.Scope.OfAgent::new)
                .or(() -> request.blueprint().map(StopOrder.Scope.OfBlueprint::new))
                .or(() -> request.owner().map(StopOrder.Scope.OfOwner::new))
                .orElseGet(StopOrder.Scope.Fleet::new);
    }

    /** What a stop acts on, with its owner and sponsors, so that policy can say who may. */
    private Route.On on(StopOrder.Scope scope) {
        return switch (scope) {
            case StopOrder.Scope.OfRun(UUID id) -> onRun(runs, id);
            case StopOrder.Scope.OfAgent(String name) ->
                    runs.all().stream()
                            .map(LiveRun::run)
                            .filter(run -> run.agent().name().equals(name))
                            .findFirst()
                            .map(run -> owned(new EntityUid("Agent", name), run))
                            .orElseGet(() -> new Route.On(new EntityUid("Agent", name), List.of()));
            case StopOrder.Scope.OfBlueprint(String name) ->
                    new Route.On(new EntityUid("Blueprint", name), List.of());
            case StopOrder.Scope.OfOwner(String name) -> Owned.by(name, "Fleet", "of-" + name);
            case StopOrder.Scope.Fleet _ -> Route.On.fleet();
        };
    }

    /** A run with its owner and sponsors; the fleet when this node does not know it. */
    static Route.On onRun(LiveRuns runs, UUID id) {
        return runs.run(id)
                .map(run -> owned(new EntityUid("Run", id.toString()), run))
                .orElseGet(Route.On::fleet);
    }

    private static Route.On owned(EntityUid uid, Run run) {
        Set<Value> sponsors =
                run.agent().sponsors().stream()
                        .map(name -> (Value) new Value.Ref(new EntityUid("Person", name)))
                        .collect(java.util.stream.Collectors.toUnmodifiableSet());
        Map<String, Value> attributes =
                Map.of(
                        "owner", new Value.Ref(new EntityUid("Person", run.agent().owner())),
                        "sponsors", new Value.SetOf(sponsors));
        return new Route.On(uid, List.of(new Entity(uid, attributes, Set.of(), Map.of())));
    }
}
