package rein.server.console;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import rein.identity.Caller;
import rein.server.api.DrillView;
import rein.server.http.Api;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.vocabulary.Action;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/** {@code /v1/drill}: the re-enactment of an incident on this machine, started from a screen. */
public final class DrillRoutes implements AutoCloseable {
    private final DrillRun drill;
    private final Recorder recorder;
    private final Function<Caller, String> name;

    /**
     * @param launcher the {@code rein} script, if this server was started by it
     * @param name of a caller, for the record
     */
    public DrillRoutes(
            Recorder recorder,
            InstantSource clock,
            Optional<String> launcher,
            Function<Caller, String> name) {
        this.drill = new DrillRun(clock, launcher);
        this.recorder = recorder;
        this.name = name;
    }

    public void addTo(Api api) {
        api.add(
                new Route<>(
                        "GET",
                        "/v1/drill",
                        "The drill that runs or ran last, step by step",
                        Action.AUDIT_READ,
                        NoBody.class,
                        DrillView.class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) -> drill.view()));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/drill",
                        "Start `rein drill rome` on this node, in a lab of its own",
                        Action.DRILL_RUN,
                        NoBody.class,
                        DrillView.class,
                        (_, _) -> Route.On.fleet(),
                        (call, _) -> start(name.apply(call.caller()))));
    }

    private DrillView start(String person) {
        try {
            recorder.append(
                    Draft.of(Kind.DRILL)
                            .person(person)
                            .detail("drill", "rome")
                            .detail("state", "started")
                            .build());
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "This could not be recorded, so it was not done: " + ProblemException.why(e));
        }
        drill.start(person, this::ended);
        return drill.view();
    }

    private void ended(DrillView view) {
        long held = view.steps().stream().filter(step -> step.outcome().equals("HELD")).count();
        Draft.Builder draft =
                Draft.of(Kind.DRILL)
                        .person(view.person().orElse("nobody"))
                        .detail("drill", "rome")
                        .detail("state", "ended")
                        .detail("exit-code", String.valueOf(view.exitCode().orElse(2)))
                        .size("steps", view.steps().size())
                        .size("held", held);
        try {
            recorder.append(draft.build());
        } catch (RecordRefusedException e) {
            System.getLogger(DrillRoutes.class.getName())
                    .log(System.Logger.Level.WARNING, "the drill's end was not recorded", e);
        }
    }

    @Override
    public void close() {
        drill.close();
    }
}
