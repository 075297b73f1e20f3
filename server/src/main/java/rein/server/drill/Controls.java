package rein.server.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Each step without Rein, in the same namespaces, where it must succeed. */
final class Controls {
    private static final int STEP_MILLIS_MAX = 25_000;
    private static final int TUNNEL_MILLIS_MAX = 8_000;

    /** Eight burners for three seconds on any machine that is not overloaded. */
    private static final double CPU_SECONDS_MIN = 1.2;

    /**
     * What happened.
     *
     * @param worked whether the step did what it is meant to do
     */
    record Control(boolean worked, String happened, long contacts) {}

    private final Lab lab;
    private final Outside outside;
    private final Path workdir;

    Controls(Lab lab, Outside outside, Path workdir) {
        this.lab = lab;
        this.outside = outside;
        this.workdir = workdir;
    }

    Control run(Step step) throws IOException {
        Contacts.Count before = outside.contacts().all();
        Path output = lab.folder().resolve("control-" + step.id() + ".txt");
        Process process =
                lab.start(
                        ProcessBuilder.Redirect.to(output.toFile()),
                        workdir,
                        List.of("bash", "-c", step.command()));
        boolean tunnel = false;
        if (step.proof() instanceof Step.Proof.TunnelRefused(String _, String _, int port)) {
            tunnel =
                    Await.until(
                            TUNNEL_MILLIS_MAX,
                            () -> outside.tunnelListens(port) || !process.isAlive());
            tunnel = outside.tunnelListens(port);
        } else {
            Await.end(process, STEP_MILLIS_MAX);
        }
        outside.settle();
        boolean daemon = !Survivors.all().isEmpty();
        Await.kill(process);
        Survivors.kill();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Contacts.Count all = outside.contacts().all().minus(before);
        return judge(step.proof(), text, all, tunnel, daemon);
    }

    private Control judge(
            Step.Proof proof, String text, Contacts.Count all, boolean tunnel, boolean daemon) {
        return switch (proof) {
            case Step.Proof.PeerSilent(String peer, String _) -> reached(peer, all);
            case Step.Proof.PacketsRefused(String peer) -> reached(peer, all);
            case Step.Proof.TunnelRefused(String peer, String _, int port) ->
                    new Control(
                            tunnel && outside.contacts().of(peer).contacts() > 0,
                            tunnel
                                    ? "the tunnel came up on port " + port
                                    : "no tunnel came up: " + Printed.last(text),
                            all.contacts());
            case Step.Proof.NotPossible _, Step.Proof.NotReachable _ ->
                    new Control(
                            Printed.succeeded(text),
                            Printed.firstOr(text, "succeeded"),
                            all.contacts());
            case Step.Proof.HeldAtQuota _ -> {
                Optional<Double> used = Printed.cpuSeconds(text);
                yield new Control(
                        used.isPresent() && used.get() >= CPU_SECONDS_MIN,
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
}
