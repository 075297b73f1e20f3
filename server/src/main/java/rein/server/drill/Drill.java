package rein.server.drill;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import rein.sandbox.SandboxHost;
import rein.server.AuditFolder;
import rein.server.World;
import rein.server.api.DrillView;
import rein.server.api.PolicyApi;
import rein.server.api.Status;
import rein.server.command.CommandException;
import rein.server.command.ControlPlaneClient;
import rein.server.http.Json;
import rein.server.http.ProblemException;

/** Builds the lab, starts a Rein of its own in it, tells the story and clears up. */
public final class Drill {
    private static final int START_TRIES_MAX = 600;
    private static final long START_MILLIS = 100;

    /**
     * A quarter of a core for each run, so that holding a burner at its quota shows on any machine.
     */
    private static final String CONFIGURATION =
            """
            version: 1
            management-address: 192.0.2.2
            run-cpu-percent: 25
            trust-domain: drill.rein.internal
            """;

    private static final String POLICY =
            """
            // The one thing this agent may reach: HTTPS to a forge.
            @id("forge")
            permit (principal, action == Action::"network:connect", resource == Host::"forge.drill.test")
            when { context.port == 443 && context.protocol == "tls" };
            """;

    private Drill() {}

    /** What is tried, in order. */
    public static List<String> romeTitles() {
        return RomeSteps.of(Path.of("data"), 0).stream().map(Step::title).toList();
    }

    /** The exit code: 0 every step held, 1 something got through, 2 could not tell. */
    public static int rome(World world, PrintWriter out, boolean json, boolean keep) {
        long started = world.ticker().nanos();
        Path folder;
        try {
            folder = Files.createTempDirectory("rein-drill-");
            // sshd runs as nobody and reads its keys below.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new CommandException(2, "no folder for the drill: " + ProblemException.why(e));
        }
        try (Lab lab = new Lab(world.linux(), folder)) {
            DrillReport report = run(world, out, json, lab, started);
            tell(out, json, report);
            return report.exitCode();
        } catch (IOException e) {
            throw new CommandException(2, "the drill could not be run: " + ProblemException.why(e));
        } finally {
            if (keep) {
                out.println("kept: " + folder);
            } else {
                delete(folder);
            }
        }
    }

    private static DrillReport run(
            World world, PrintWriter out, boolean json, Lab lab, long started) throws IOException {
        Path data = lab.folder().resolve("data");
        Path work = Files.createDirectory(lab.folder().resolve("work"));
        lab.startSshd(work);
        String launcher = System.getProperty("rein.launcher", "rein");
        Process node = startNode(lab, launcher, data);
        ControlPlaneClient client =
                new ControlPlaneClient(
                        new ControlPlaneClient.Where.Local(
                                data.resolve("run").resolve("rein.sock")));
        try (Outside outside = new Outside(lab)) {
            awaitNode(lab, node, client);
            Status status = client.get("/v1/status", Status.class);
            if (!json) {
                out.println(
                        "A lab of two network namespaces; Rein runs in one, everything else is in the other.");
                out.printf("Level reached by this machine's self-test: %s%n%n", status.level());
                out.flush();
            }
            Path policy = lab.folder().resolve("drill.cedar");
            Files.writeString(policy, POLICY);
            RomeDrill drill =
                    new RomeDrill(
                            lab,
                            outside,
                            new LabRuns(lab, client, work, data, policy, launcher),
                            work);
            List<StepResult> steps =
                    drill.steps(
                            RomeSteps.of(data, status.pid()), result -> tell(out, json, result));
            RomeDrill.Ending ending = drill.whole();
            DrillView.Again again = again(client);
            List<AuditFolder.LogVerdict> verdicts =
                    new AuditFolder(data).verify(List.of(), List.of());
            return new DrillReport(
                    steps,
                    ending.millis(),
                    ending.left(),
                    ending.incident(),
                    verdicts.stream().allMatch(AuditFolder.LogVerdict::verified),
                    verdicts.stream().map(verdict -> verdict.sentences().getFirst()).toList(),
                    again,
                    TimeUnit.NANOSECONDS.toMillis(world.ticker().nanos() - started));
        } finally {
            if (node.isAlive()) {
                stop(node);
            } else {
                clearUp(world, data);
            }
        }
    }

    /** What was recorded holds what it was decided on, so all of it can be decided again. */
    private static DrillView.Again again(ControlPlaneClient client) {
        PolicyApi.Effect effect =
                client.post(
                                "/v1/policies/replay",
                                new PolicyApi.ReplayRequest(
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()),
                                PolicyApi.Replayed.class)
                        .effect();
        return new DrillView.Again(
                effect.replay().decided(),
                effect.replay().blocked() + effect.replay().opened(),
                effect.notReplayable());
    }

    /** A node that crashed leaves its groups to its next start; in the drill there is none. */
    private static void clearUp(World world, Path data) {
        Path home = Path.of(System.getProperty("user.home"));
        SandboxHost.open(world.linux(), world.ticker(), data, home, _ -> {}).close();
    }

    private static Process startNode(Lab lab, String launcher, Path data) throws IOException {
        Path configuration = lab.folder().resolve("rein.yaml");
        Files.writeString(
                configuration,
                CONFIGURATION + "content-key-file: " + lab.folder().resolve("content.key") + "\n");
        return lab.start(
                ProcessBuilder.Redirect.to(lab.folder().resolve("node.log").toFile()),
                lab.folder(),
                List.of(
                        launcher,
                        "up",
                        "--data",
                        data.toString(),
                        "--config",
                        configuration.toString()));
    }

    private static void awaitNode(Lab lab, Process node, ControlPlaneClient client)
            throws IOException {
        for (int i = 0; i < START_TRIES_MAX && node.isAlive(); i++) {
            if (client.answers()) {
                return;
            }
            Lab.pause(START_MILLIS);
        }
        throw new IOException(
                "the lab's Rein did not start: "
                        + Files.readString(lab.folder().resolve("node.log"), StandardCharsets.UTF_8)
                                .strip());
    }

    private static void stop(Process node) {
        node.destroy();
        try {
            if (!node.waitFor(10, TimeUnit.SECONDS)) {
                node.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(PrintWriter out, boolean json, StepResult step) {
        if (json) {
            out.println(Json.MAPPER.writeValueAsString(step));
        } else {
            out.printf(
                    "%-15s %s%n",
                    step.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '), step.title());
            out.printf("%-15s   without Rein: %s%n", "", step.control());
            out.printf("%-15s   with Rein:    %s%n", "", step.contained());
            step.record()
                    .ifPresent(record ->
                            out.printf(
                                    "%-15s   record %s%s%n",
                                    "",
                                    record,
                                    step.reason().map(reason -> ": " + reason).orElse("")));
        }
        out.flush();
    }

    private static void tell(PrintWriter out, boolean json, DrillReport report) {
        if (json) {
            out.println(
                    Json.MAPPER.writeValueAsString(
                            Map.of("summary", report, "exitCode", report.exitCode())));
            return;
        }
        long held =
                report.steps().stream()
                        .filter(step -> step.outcome() == StepResult.Outcome.HELD)
                        .count();
        out.println();
        report.incident().ifPresent(sentence -> out.println("Incident: " + sentence));
        out.printf("%d of %d steps held%n", held, report.steps().size());
        out.printf(
                "first packet → suspension: %s%n",
                report.packetToSuspensionMillis()
                        .map(millis -> String.format(Locale.ROOT, "%.1f ms", millis))
                        .orElse("not measured: the run was not suspended"));
        out.printf("processes left: %d%n", report.processesLeft());
        out.printf("audit %s%n", report.auditVerified() ? "verified" : "NOT VERIFIED");
        report.audit().forEach(sentence -> out.println("  " + sentence));
        DrillView.Again again = report.again();
        out.printf(
                "decisions made again from their records: %d, otherwise: %d%n",
                again.decided(), again.changed());
        again.notReplayable()
                .forEach((cause, times) -> out.printf("  not replayable: %d %s%n", times, cause));
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.delete(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path visited, java.io.IOException failure) throws IOException {
                            Files.delete(visited);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            System.getLogger(Drill.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the drill's folder " + folder + " could not be removed",
                            e);
        }
    }
}
