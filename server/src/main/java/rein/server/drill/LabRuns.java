package rein.server.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import rein.server.api.IncidentView;
import rein.server.api.ReceiptView;
import rein.server.api.RecordView;
import rein.server.api.RunView;
import rein.server.api.StopRequest;
import rein.server.command.ControlPlaneClient;

/**
 * The lab's Rein as its user sees it: runs are started by `rein run`, looked up and stopped by the
 * API.
 */
final class LabRuns {
    private static final int RUN_MILLIS_MAX = 25_000;

    private final Lab lab;
    private final ControlPlaneClient client;
    private final Path workdir;
    private final Path data;
    private final Path policy;
    private final String launcher;

    LabRuns(
            Lab lab,
            ControlPlaneClient client,
            Path workdir,
            Path data,
            Path policy,
            String launcher) {
        this.lab = lab;
        this.client = client;
        this.workdir = workdir;
        this.data = data;
        this.policy = policy;
        this.launcher = launcher;
    }

    /** Starts a run that carries the step's id as a label. */
    Process start(String step, String script, Path output) throws IOException {
        return lab.start(
                ProcessBuilder.Redirect.to(output.toFile()),
                workdir,
                List.of(
                        launcher,
                        "run",
                        "--data",
                        data.toString(),
                        "--agent",
                        "rome",
                        "--label",
                        "drill=" + step,
                        "--policy",
                        "locked",
                        "--policy",
                        policy.toString(),
                        "--workdir",
                        workdir.toString(),
                        "--",
                        "bash",
                        "-c",
                        script));
    }

    /** Whether the run was suspended before it ended, or before the time was up. */
    boolean awaitEndOrSuspension(Process process, String step) {
        Await.until(RUN_MILLIS_MAX, () -> !process.isAlive() || isSuspended(step));
        return isSuspended(step) || wasStopped(step);
    }

    private boolean isSuspended(String step) {
        return of(step).filter(run -> run.state().equals("suspended")).isPresent();
    }

    private boolean wasStopped(String step) {
        return of(step).filter(
                        run -> first("kind=stop-ordered&limit=1&run=" + run.id()).isPresent())
                .isPresent();
    }

    Optional<RunView> of(String step) {
        return Stream.of(client.get("/v1/runs", RunView[].class))
                .filter(run -> step.equals(run.labels().get("drill")))
                .findFirst();
    }

    ReceiptView kill(RunView run) {
        return client.post(
                "/v1/stops",
                new StopRequest(
                        Optional.of(run.id().toString()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        true,
                        Optional.of("the step is over")),
                ReceiptView.class);
    }

    Optional<IncidentView> incident(RunView run) {
        return Stream.of(client.get("/v1/incidents", IncidentView[].class))
                .filter(found -> found.run().equals(run.id()))
                .findFirst();
    }

    /** The newest record that matches the query. */
    Optional<RecordView> first(String query) {
        return records(query).stream().findFirst();
    }

    /** Newest first. */
    List<RecordView> records(String query) {
        return client.page("/v1/records?" + query, RecordView.class).items();
    }
}
