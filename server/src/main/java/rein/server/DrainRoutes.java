package rein.server;

import rein.identity.Caller;
import rein.server.api.DrainRequest;
import rein.server.api.DrainView;
import rein.server.api.HandOverRequest;
import rein.server.api.HandedView;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.node.Drain;
import rein.server.node.HandOver;
import rein.server.node.HandingOver;
import rein.server.node.LiveRuns;
import rein.vocabulary.Action;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/**
 * {@code /v1/drain} and {@code /v1/hand-over}: how a node is taken out of service. Who may stop the
 * fleet may do so, and who may resume it may undo it.
 */
final class DrainRoutes {
    private final Drain drain;
    private final LiveRuns runs;
    private final HandingOver handingOver;
    private final Recorder recorder;

    DrainRoutes(Drain drain, LiveRuns runs, HandingOver handingOver, Recorder recorder) {
        this.drain = drain;
        this.runs = runs;
        this.handingOver = handingOver;
        this.recorder = recorder;
    }

    void addTo(Api api) {
        api.add(
                new Route<>(
                        "POST",
                        "/v1/drain",
                        "Take no new runs; those that are there go on",
                        Action.STOP_ORDER,
                        DrainRequest.class,
                        DrainView.class,
                        (_, _) -> Route.On.fleet(),
                        this::drain));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/hand-over",
                        "Leave all runs to the next node and end; only over this machine's socket",
                        Action.STOP_ORDER,
                        HandOverRequest.class,
                        HandedView.class,
                        (_, _) -> Route.On.fleet(),
                        this::handOver));
    }

    private DrainView drain(Call call, DrainRequest request) {
        if (request.undo() != drain.draining()) {
            return new DrainView(drain.draining(), runs.live().size());
        }
        try {
            recorder.append(
                    Draft.of(Kind.NODE_DRAINED)
                            .person(AdminGate.name(call.caller()))
                            .detail("act", request.undo() ? "undo" : "drain")
                            .size("runs", runs.live().size())
                            .build());
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "This could not be recorded, so it was not done: " + ProblemException.why(e));
        }
        boolean _ = request.undo() ? drain.undo() : drain.begin();
        return new DrainView(drain.draining(), runs.live().size());
    }

    private HandedView handOver(Call call, HandOverRequest request) {
        if (!(call.caller() instanceof Caller.LocalRoot)) {
            throw new ProblemException(
                    403,
                    "not-here",
                    "A node is handed over on its own machine, as root: sudo rein drain --hand-over");
        }
        if (request.seconds() < 1 || request.seconds() > HandOver.SECONDS_MAX) {
            throw new ProblemException(
                    422,
                    "bad-seconds",
                    "Runs can be kept without a node for 1 to "
                            + HandOver.SECONDS_MAX
                            + " seconds, not "
                            + request.seconds()
                            + ".");
        }
        HandingOver.Done done =
                handingOver.handOver(request.seconds(), AdminGate.name(call.caller()));
        return new HandedView(
                done.runs(), done.moving(), done.seconds(), ProcessHandle.current().pid());
    }
}
