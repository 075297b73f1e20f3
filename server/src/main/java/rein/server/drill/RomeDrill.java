package rein.server.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import rein.server.api.IncidentView;
import rein.server.api.ReceiptView;
import rein.server.api.RecordView;
import rein.server.api.RunView;
import rein.server.api.StopRequest;
import rein.server.command.ControlPlaneClient;
import rein.vocabulary.Ticker;

/**
 * Runs each step without Rein, where it must succeed, and then with it. A control that fails makes
 * the step <em>could not tell</em>: a refusal proves nothing when the thing never worked.
 */
final class RomeDrill {
    private static final int STEP_MILLIS_MAX = 25_000;
    private static final int TUNNEL_MILLIS_MAX = 8_000;
    private static final int SETTLE_MILLIS = 300;
    private static final long POLL_MILLIS = 50;

    /**
     * Percent of one core that the lab's node gives a run; low, so that holding it can be seen on
     * any machine.
     */
    static final int CPU_PERCENT = 25;

    /**
     * Eight burners for three seconds; the quota gives 0.75 CPU seconds, and the kernel rounds by
     * periods.
     */
    private static final double CPU_SECONDS_CONTAINED_MAX = 1.1;

    private static final double CPU_SECONDS_CONTROL_MIN = 1.2;

    private final Lab lab;
    private final Outside outside;
    private final ControlPlaneClient client;
    private final Ticker ticker;
    private final Path workdir;
    private final Path policy;
    private final Path data;
    private final String launcher;

    RomeDrill(
            Lab lab,
            Outside outside,
            ControlPlaneClient client,
            Ticker ticker,
            Path workdir,
            Path data,
            String launcher)
            throws IOException {
        this.lab = lab;
        this.outside = outside;
        this.client = client;
        this.ticker = ticker;
        this.workdir = workdir;
        this.data = data;
        this.launcher = launcher;
        this.policy = lab.folder().resolve("drill.cedar");
        Files.writeString(
                policy,
                """
                // The one thing this agent may reach: HTTPS to a forge.
                @id("forge")
                permit (principal, action == Action::"network:connect", resource == Host::"forge.drill.test")
                when { context.port == 443 && context.protocol == "tls" };
                """);
    }

    StepResult step(Step step) throws IOException {
        Control control = control(step);
        clean();
        Contained contained = contained(step);
        clean();
        boolean held =
                switch (step.proof()) {
                    case Step.Proof.PeerSilent _, Step.Proof.PacketsRefused _ ->
                            contained.contacts() == 0 && contained.record().isPresent();
                    case Step.Proof.TunnelRefused _ ->
                            contained.contacts() == 0
                                    && contained.record().isPresent()
                                    && contained.suspended();
                    case Step.Proof.NotPossible _ -> !contained.output().contains("SUCCEEDED");
                    case Step.Proof.NotReachable _ ->
                            !contained.output().contains("SUCCEEDED")
                                    && contained.record().isPresent();
                    case Step.Proof.HeldAtQuota _ -> {
                        Optional<Double> used = cpuSeconds(contained.output());
                        yield used.isPresent() && used.get() <= CPU_SECONDS_CONTAINED_MAX;
                    }
                    case Step.Proof.DiesWithRun _ ->
                            contained.output().contains("STARTED") && survivors().isEmpty();
                };
        StepResult.Outcome outcome =
                !control.worked()
                        ? StepResult.Outcome.COULD_NOT_TELL
                        : held ? StepResult.Outcome.HELD : StepResult.Outcome.FAILED;
        killSurvivors();
        return new StepResult(
                step.id(),
                step.title(),
                outcome,
                control.happened(),
                contained.happened(),
                control.contacts(),
                contained.contacts(),
                contained.bytes(),
                contained.record().map(RecordView::address),
                contained.record().flatMap(record -> record.reasons().stream().findFirst()));
    }

    /** What happened without Rein. */
    private record Control(boolean worked, String happened, long contacts) {}

    private Control control(Step step) throws IOException {
        Contacts.Count before = outside.contacts().all();
        Path output = lab.folder().resolve("control-" + step.id() + ".txt");
        Process process =
                lab.start(
                        ProcessBuilder.Redirect.to(output.toFile()),
                        workdir,
                        List.of("bash", "-c", step.command()));
        boolean tunnel = false;
        if (step.proof() instanceof Step.Proof.TunnelRefused(String _, String _, int port)) {
            tunnel = until(TUNNEL_MILLIS_MAX, () -> outside.tunnelListens(port));
        } else {
            await(process);
        }
        Lab.pause(SETTLE_MILLIS);
        boolean daemon = !survivors().isEmpty();
        end(process);
        killSurvivors();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Contacts.Count all = outside.contacts().all().minus(before);
        return switch (step.proof()) {
            case Step.Proof.PeerSilent(String peer, String _) -> reached(peer, all);
            case Step.Proof.PacketsRefused(String peer) -> reached(peer, all);
            case Step.Proof.TunnelRefused(String peer, String _, int port) ->
                    new Control(
                            tunnel && outside.contacts().of(peer).contacts() > 0,
                            tunnel
                                    ? "the tunnel came up on port " + port
                                    : "no tunnel came up: " + lastLine(text),
                            all.contacts());
            case Step.Proof.NotPossible _ ->
                    new Control(
                            text.contains("SUCCEEDED"),
                            firstLineOf(text, "succeeded"),
                            all.contacts());
            case Step.Proof.NotReachable _ ->
                    new Control(
                            text.contains("SUCCEEDED"),
                            firstLineOf(text, "succeeded"),
                            all.contacts());
            case Step.Proof.HeldAtQuota _ -> {
                Optional<Double> used = cpuSeconds(text);
                yield new Control(
                        used.isPresent() && used.get() >= CPU_SECONDS_CONTROL_MIN,
                        used.map(seconds -> "used " + seconds + " CPU s")
                                .orElse("printed no CPU time"),
                        0);
            }
            case Step.Proof.DiesWithRun _ ->
                    new Control(daemon, daemon ? "the daemon lived on" : "no daemon lived on", 0);
        };
    }

    private static Control reached(String peer, Contacts.Count count) {
        return new Control(
                count.contacts() > 0,
                peer
                        + " was reached "
                        + count.contacts()
                        + " times with "
                        + count.bytes()
                        + " bytes",
                count.contacts());
    }

    /** What happened with Rein. */
    private record Contained(
            String output,
            String happened,
            long contacts,
            long bytes,
            boolean suspended,
            Optional<RecordView> record) {}

    private Contained contained(Step step) throws IOException {
        Contacts.Count before = outside.contacts().all();
        Path output = lab.folder().resolve("contained-" + step.id() + ".txt");
        Process process = start(step.id(), step.command(), output);
        boolean suspended = awaitEndOrSuspension(process, step.id());
        Optional<RunView> run = run(step.id());
        run.filter(found -> found.ended().isEmpty())
                .ifPresent(found -> kill(found.id().toString()));
        await(process);
        Lab.pause(SETTLE_MILLIS);
        Contacts.Count count = outside.contacts().all().minus(before);
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Optional<RecordView> record = run.flatMap(found -> proof(step, found.id().toString()));
        String happened =
                count.contacts() == 0
                        ? "nothing left" + (suspended ? ", the run was suspended" : "")
                        : "peers outside were reached " + count.contacts() + " times";
        if (step.proof() instanceof Step.Proof.HeldAtQuota) {
            happened = cpuSeconds(text).map(used -> "used " + used + " CPU s").orElse(happened);
        } else if (step.proof() instanceof Step.Proof.DiesWithRun) {
            happened =
                    survivors().isEmpty() ? "the daemon died with the run" : "the daemon lives on";
        } else if (step.proof() instanceof Step.Proof.NotPossible) {
            happened = firstLineOf(text, text.contains("SUCCEEDED") ? "succeeded" : "was refused");
        }
        return new Contained(text, happened, count.contacts(), count.bytes(), suspended, record);
    }

    /** The whole story in one run, and what became of it. */
    DrillReport whole(List<StepResult> steps, long startedNanos, Verified verified)
            throws IOException {
        Path output = lab.folder().resolve("whole.txt");
        Process process = start("whole", RomeSteps.whole(), output);
        awaitEndOrSuspension(process, "whole");
        Optional<RunView> run = run("whole");
        Optional<Double> millis = Optional.empty();
        Optional<String> incident = Optional.empty();
        long left = -1;
        if (run.isPresent()) {
            String id = run.get().id().toString();
            until(STEP_MILLIS_MAX / 5, () -> incident(id).isPresent());
            incident = incident(id).map(IncidentView::sentence);
            millis = packetToSuspensionMillis(id);
            left = kill(id).left();
            await(process);
        }
        VerifiedLogs logs = verified.verify(data);
        return new DrillReport(
                steps,
                millis,
                left,
                incident,
                logs.good(),
                logs.sentence(),
                TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - startedNanos));
    }

    /** Verifies the lab's logs with the independent reader. */
    @FunctionalInterface
    interface Verified {
        VerifiedLogs verify(Path data);
    }

    record VerifiedLogs(boolean good, String sentence) {}

    private Process start(String id, String script, Path output) throws IOException {
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
                        "drill=" + id,
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

    private boolean awaitEndOrSuspension(Process process, String id) {
        until(
                STEP_MILLIS_MAX,
                () ->
                        !process.isAlive()
                                || run(id).filter(found -> found.state().equals("suspended"))
                                        .isPresent());
        // The record of a suspension is written before its effect; the state follows at once.
        return run(id).filter(found -> found.state().equals("suspended")).isPresent()
                || !find("/v1/records?kind=stop-ordered&limit=1&run=", id).isEmpty();
    }

    private List<RecordView> find(String path, String id) {
        return run(id).map(found -> client.page(path + found.id(), RecordView.class).items())
                .orElse(List.of());
    }

    private Optional<RunView> run(String id) {
        return Stream.of(client.get("/v1/runs", RunView[].class))
                .filter(found -> id.equals(found.labels().get("drill")))
                .findFirst();
    }

    private Optional<IncidentView> incident(String run) {
        return Stream.of(client.get("/v1/incidents", IncidentView[].class))
                .filter(found -> found.run().toString().equals(run))
                .findFirst();
    }

    private ReceiptView kill(String run) {
        return client.post(
                "/v1/stops",
                new StopRequest(
                        Optional.of(run),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        true,
                        "the drill is over"),
                ReceiptView.class);
    }

    private Optional<RecordView> proof(Step step, String run) {
        List<RecordView> denials =
                client.page("/v1/records?decision=deny&limit=500&run=" + run, RecordView.class)
                        .items();
        return switch (step.proof()) {
            case Step.Proof.PeerSilent(String _, String destination) ->
                    naming(denials, destination);
            case Step.Proof.TunnelRefused(String _, String destination, int _) ->
                    naming(denials, destination);
            case Step.Proof.NotReachable(String destination) -> naming(denials, destination);
            case Step.Proof.PacketsRefused(String peer) ->
                    switch (peer) {
                        case Outside.DNS ->
                                first("/v1/records?kind=name-lookup&limit=1&run=" + run);
                        // There is no IPv6 route in a run, so no packet is made that could be
                        // counted.
                        case Outside.IPV6 -> first("/v1/records?kind=run-ended&limit=1&run=" + run);
                        default ->
                                first("/v1/records?kind=run-ended&limit=1&run=" + run)
                                        .filter(ended ->
                                                ended.sizes()
                                                                .getOrDefault(
                                                                        "refused-"
                                                                                + peer
                                                                                + "-packets",
                                                                        0L)
                                                        > 0);
                    };
            case Step.Proof.NotPossible _, Step.Proof.HeldAtQuota _, Step.Proof.DiesWithRun _ ->
                    first("/v1/records?kind=run-ended&limit=1&run=" + run);
        };
    }

    private Optional<RecordView> first(String path) {
        return client.page(path, RecordView.class).items().stream().findFirst();
    }

    private static Optional<RecordView> naming(List<RecordView> denials, String destination) {
        return denials.reversed().stream()
                .filter(record -> record.resource().orElse("").startsWith(destination))
                .findFirst();
    }

    /**
     * From the SSH attempt's decision to the receipt of the automatic stop, on the node's monotonic
     * clock.
     */
    private Optional<Double> packetToSuspensionMillis(String run) {
        return client
                .page("/v1/records?kind=incident&limit=50&run=" + run, RecordView.class)
                .items()
                .stream()
                .flatMap(record ->
                        Optional.ofNullable(record.sizes().get("packet-to-suspension-micros"))
                                .stream())
                .findFirst()
                .map(micros -> micros / 1000.0);
    }

    private void await(Process process) {
        try {
            if (!process.waitFor(STEP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                end(process);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static boolean until(long millisMax, BooleanSupplier condition) {
        for (long waited = 0; waited < millisMax; waited += POLL_MILLIS) {
            if (condition.getAsBoolean()) {
                return true;
            }
            Lab.pause(POLL_MILLIS);
        }
        return condition.getAsBoolean();
    }

    /** The drill's daemon, by its own odd argument. */
    private static List<ProcessHandle> survivors() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.endsWith("worker 421.7"))
                                .isPresent())
                .toList();
    }

    private static void killSurvivors() {
        survivors().forEach(ProcessHandle::destroyForcibly);
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

    private static Optional<Double> cpuSeconds(String text) {
        return text.lines()
                .filter(line -> line.matches("CPU [0-9]+\\.[0-9]+"))
                .map(line -> Double.valueOf(line.substring(4)))
                .findFirst();
    }

    private static String firstLineOf(String text, String otherwise) {
        return text.lines()
                .filter(line ->
                        !line.isBlank() && !line.equals("SUCCEEDED") && !line.startsWith("rein:"))
                .findFirst()
                .map(String::strip)
                .orElse(otherwise);
    }

    private static String lastLine(String text) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        return lines.isEmpty() ? "no output" : lines.getLast();
    }

    /** Every step in turn. */
    List<StepResult> steps(long nodePid, Consumer<StepResult> tell) throws IOException {
        List<StepResult> results = new ArrayList<>();
        for (Step step : RomeSteps.of(data, nodePid)) {
            StepResult result = step(step);
            results.add(result);
            tell.accept(result);
        }
        return results;
    }

    static Map<String, String> configuration(Path contentKey) {
        return Map.of(
                "management-address",
                "192.0.2.2",
                "run-cpu-percent",
                String.valueOf(CPU_PERCENT),
                "trust-domain",
                "drill.rein.internal",
                "content-key-file",
                contentKey.toString());
    }
}
