package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import rein.sandbox.SandboxException;
import rein.sandbox.SandboxHost;
import rein.sandbox.SelfTest;
import rein.sandbox.SelfTestReport;
import rein.server.api.DoctorView;
import rein.server.command.CommandException;
import rein.server.command.NamespacesCommand;
import rein.server.http.ProblemException;
import rein.server.node.Node;
import rein.vocabulary.Agent;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.Tenant;
import rein.vocabulary.Uuid7;

/** What this machine can and cannot enforce, by really trying in a genuine sandbox. */
public final class Doctor {
    private final SandboxHost sandboxes;
    private final World world;

    Doctor(SandboxHost sandboxes, World world) {
        this.sandboxes = sandboxes;
        this.world = world;
    }

    /** About a second; a machine on which it hangs reaches no level. */
    SelfTestReport selfTest(Tenant tenant, String node, Uuid7 ids) {
        Agent tester =
                new Agent(
                        tenant,
                        ids.next(),
                        "rein-self-test",
                        "locked",
                        "rein",
                        List.of(),
                        Agent.State.ACTIVE,
                        Optional.of("tries what must not be possible"));
        Run run =
                new Run(
                        ids.next(),
                        Optional.empty(),
                        tester,
                        node,
                        Level.OBSERVE,
                        new TreeMap<>(),
                        world.clock().instant());
        return new SelfTest(sandboxes, world.linux(), world.ticker(), SelfTest.ownLauncher())
                .run(run);
    }

    /** Examines this machine without a running node; leaves nothing behind. */
    public static DoctorView examine(Path dataFolder) {
        World world = World.real();
        try {
            Path scratch = Files.createTempDirectory("rein-doctor-");
            try (SandboxHost sandboxes =
                    SandboxHost.open(
                            world.linux(),
                            world.ticker(),
                            scratch,
                            Path.of(System.getProperty("user.home")),
                            _ -> {})) {
                List<String> notes = new ArrayList<>();
                sandboxes
                        .observationMissing()
                        .ifPresent(why -> notes.add("Program starts are not observed: " + why));
                notes.addAll(weaker(sandboxes));
                if (!sandboxes.isRoots()) {
                    NamespacesCommand.forbidden()
                            .ifPresent(why -> notes.add("User namespaces are forbidden: " + why));
                }
                if (!Files.exists(dataFolder)) {
                    notes.add(
                            "There is no data folder " + dataFolder + " yet; `rein up` makes it.");
                }
                Uuid7 ids =
                        new Uuid7(world.clock(), new SplittableRandom(world.random().nextLong()));
                return view(
                        new Doctor(sandboxes, world)
                                .selfTest(new Tenant("doctor.rein.internal"), "doctor", ids),
                        notes);
            } finally {
                try (var left = Files.walk(scratch)) {
                    for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
        } catch (SandboxException e) {
            return new DoctorView(
                    "observe", List.of(), List.of(String.valueOf(ProblemException.why(e))));
        } catch (IOException e) {
            throw new CommandException(2, "rein doctor could not work: " + ProblemException.why(e));
        }
    }

    /** What a node without root holds less well; the level does not show it. */
    static List<String> weaker(SandboxHost sandboxes) {
        return sandboxes.isRoots()
                ? List.of()
                : List.of(
                        "Without root the memory, processor and disk use of a run are not bounded, "
                                + "only its processes are.",
                        "Without root a run has your own uid: whatever is yours outside can reach "
                                + "into it, and into the node.",
                        "Without root what a run used is not observed; program starts are, one by "
                                + "one, which slows a build that starts many.");
    }

    static DoctorView view(SelfTestReport report, List<String> notes) {
        return new DoctorView(
                Node.label(report.level()),
                report.attempts().stream()
                        .map(attempt ->
                                new DoctorView.Try(
                                        attempt.name(), attempt.held(), attempt.happened()))
                        .toList(),
                notes);
    }
}
