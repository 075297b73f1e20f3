package rein.server.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import rein.server.api.IncidentView;
import rein.server.api.RecordView;
import rein.server.api.RunView;

/**
 * Runs each step without Rein and then with it. A control that fails makes the step <em>could not
 * tell</em>: a refusal proves nothing when the thing never worked.
 */
final class RomeDrill {
    private static final int STEP_MILLIS_MAX = 25_000;
    private static final int INCIDENT_MILLIS_MAX = 5_000;

    /**
     * The quota of a quarter core gives eight burners 0.75 CPU seconds in three; the kernel rounds
     * by periods.
     */
    private static final double CPU_SECONDS_MAX = 1.1;

    private static final int CONTROLS_MAX = 4;

    private final Lab lab;
    private final Outside outside;
    private final LabRuns runs;
    private final Controls controls;
    private final Path workdir;

    RomeDrill(Lab lab, Outside outside, LabRuns runs, Path workdir) {
        this.lab = lab;
        this.outside = outside;
        this.runs = runs;
        this.controls = new Controls(lab, outside, workdir);
        this.workdir = workdir;
    }

    /** Every step in turn, told as it ends. */
    List<StepResult> steps(List<Step> steps, Consumer<StepResult> tell) throws IOException {
        List<StepResult> results = new ArrayList<>();
        for (Step step : steps) {
            StepResult result = step(step);
            results.add(result);
            tell.accept(result);
        }
        return results;
    }

    /** On a machine that is busy with other things a burner may get too little at first. */
    private Controls.Control control(Step step) throws IOException {
        Controls.Control control = controls.run(step);
        boolean again = step.proof() instanceof Step.Proof.HeldAtQuota;
        for (int more = 1; again && !control.worked() && more < CONTROLS_MAX; more++) {
            control = controls.run(step);
        }
        return control;
    }

    private StepResult step(Step step) throws IOException {
        Controls.Control control = control(step);
        clean();
        Contained contained = contained(step);
        clean();
        StepResult.Outcome outcome =
                !control.worked()
                        ? StepResult.Outcome.COULD_NOT_TELL
                        : contained.held() ? StepResult.Outcome.HELD : StepResult.Outcome.FAILED;
        return new StepResult(
                step.id(),
                step.title(),
                outcome,
                control.happened(),
                contained.happened(),
                control.contacts(),
                contained.count().contacts(),
                contained.count().bytes(),
                contained.record().map(RecordView::address),
                contained.record().flatMap(record -> record.reasons().stream().findFirst()));
    }

    /** What happened with Rein. */
    private record Contained(
            boolean held, String happened, Contacts.Count count, Optional<RecordView> record) {}

    private Contained contained(Step step) throws IOException {
        Contacts.Count before = outside.contacts().all();
        Path output = lab.folder().resolve("contained-" + step.id() + ".txt");
        Process process = runs.start(step.id(), step.command(), output);
        boolean suspended = runs.awaitEndOrSuspension(process, step.id());
        Optional<RunView> run = runs.of(step.id());
        run.filter(found -> found.ended().isEmpty()).ifPresent(runs::kill);
        Await.end(process, STEP_MILLIS_MAX);
        outside.settle();
        Contacts.Count count = outside.contacts().all().minus(before);
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Optional<RecordView> record =
                run.flatMap(found -> proof(step.proof(), found.id().toString()));
        boolean nothingLeft = count.contacts() == 0 && record.isPresent();
        String nothing =
                count.contacts() == 0
                        ? "nothing left"
                        : "peers were reached " + count.contacts() + " times";
        Contained result =
                switch (step.proof()) {
                    case Step.Proof.PeerSilent _, Step.Proof.PacketsRefused _ ->
                            new Contained(
                                    nothingLeft,
                                    nothing + (suspended ? ", the run was suspended" : ""),
                                    count,
                                    record);
                    case Step.Proof.TunnelRefused _ ->
                            new Contained(
                                    nothingLeft && suspended,
                                    nothing
                                            + (suspended
                                                    ? ", the run was suspended"
                                                    : ", but the run went on"),
                                    count,
                                    record);
                    case Step.Proof.NotPossible _, Step.Proof.NotReachable _ ->
                            new Contained(
                                    run.isPresent() && !Printed.succeeded(text) && nothingLeft,
                                    Printed.succeeded(text)
                                            ? "succeeded"
                                            : Printed.firstOr(text, "was refused"),
                                    count,
                                    record);
                    case Step.Proof.HeldAtQuota _ -> {
                        Optional<Double> used = Printed.cpuSeconds(text);
                        yield new Contained(
                                used.isPresent() && used.get() <= CPU_SECONDS_MAX,
                                used.map(seconds -> "used " + seconds + " CPU s")
                                        .orElse("printed no CPU time"),
                                count,
                                record);
                    }
                    case Step.Proof.DiesWithRun _ -> {
                        boolean dead = text.contains("STARTED") && Survivors.all().isEmpty();
                        yield new Contained(
                                dead,
                                dead
                                        ? "the daemon died with the run"
                                        : "the daemon lives on, or never began",
                                count,
                                record);
                    }
                };
        Survivors.kill();
        return result;
    }

    private Optional<RecordView> proof(Step.Proof proof, String run) {
        return switch (proof) {
            case Step.Proof.PeerSilent(String _, String destination) -> denied(run, destination);
            case Step.Proof.TunnelRefused(String _, String destination, int _) ->
                    denied(run, destination);
            case Step.Proof.NotReachable(String destination) -> denied(run, destination);
            case Step.Proof.PacketsRefused(String peer) ->
                    switch (peer) {
                        case Outside.DNS -> runs.first("kind=name-lookup&limit=1&run=" + run);
                        // A run has no IPv6 route, so no packet is made that could be counted.
                        case Outside.IPV6 -> ended(run);
                        default ->
                                ended(run)
                                        .filter(record ->
                                                record.sizes()
                                                                .getOrDefault(
                                                                        "refused-"
                                                                                + peer
                                                                                + "-packets",
                                                                        0L)
                                                        > 0);
                    };
            case Step.Proof.NotPossible _, Step.Proof.HeldAtQuota _, Step.Proof.DiesWithRun _ ->
                    ended(run);
        };
    }

    private Optional<RecordView> ended(String run) {
        Await.until(
                INCIDENT_MILLIS_MAX,
                () -> runs.first("kind=run-ended&limit=1&run=" + run).isPresent());
        return runs.first("kind=run-ended&limit=1&run=" + run);
    }

    /** The oldest denial that names the destination. */
    private Optional<RecordView> denied(String run, String destination) {
        return runs.records("decision=deny&limit=500&run=" + run).reversed().stream()
                .filter(record -> record.resource().orElse("").startsWith(destination))
                .findFirst();
    }

    /**
     * How the story ended.
     *
     * @param millis from the first forbidden packet to the run being frozen
     * @param left processes of the run after its stop; -1 when it never started
     */
    record Ending(Optional<Double> millis, Optional<String> incident, long left) {}

    /** The whole story in one run. */
    Ending whole() throws IOException {
        Process process = runs.start("whole", RomeSteps.whole(), lab.folder().resolve("whole.txt"));
        runs.awaitEndOrSuspension(process, "whole");
        Optional<RunView> run = runs.of("whole");
        if (run.isEmpty()) {
            return new Ending(Optional.empty(), Optional.empty(), -1);
        }
        Await.until(INCIDENT_MILLIS_MAX, () -> packetToSuspensionMillis(run.get()).isPresent());
        Optional<Double> millis = packetToSuspensionMillis(run.get());
        Optional<String> incident = runs.incident(run.get()).map(IncidentView::sentence);
        long left = runs.kill(run.get()).left();
        Await.end(process, STEP_MILLIS_MAX);
        return new Ending(millis, incident, left);
    }

    /** On the node's monotonic clock, from the incident's record. */
    private Optional<Double> packetToSuspensionMillis(RunView run) {
        return runs.records("kind=incident&limit=50&run=" + run.id()).stream()
                .flatMap(record ->
                        Optional.ofNullable(record.sizes().get("packet-to-suspension-micros"))
                                .stream())
                .findFirst()
                .map(micros -> micros / 1000.0);
    }

    /** What a step leaves in the work tree would change the next one. */
    private void clean() throws IOException {
        try (Stream<Path> files = Files.list(workdir)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals("key")) {
                    Files.delete(file);
                }
            }
        }
    }
}
