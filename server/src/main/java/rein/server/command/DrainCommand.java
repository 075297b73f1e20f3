package rein.server.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rein.server.api.DrainRequest;
import rein.server.api.DrainView;
import rein.server.api.HandOverRequest;
import rein.server.api.HandedView;
import rein.server.node.HandOver;

/** Takes the node out of service, with or without its runs. */
@Command(
        name = "drain",
        description = "Take no new runs and wait until those that are there have ended.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code: 0 no run is left, 1 some go on after --timeout, 2 could not tell.",
            "Examples:",
            "  rein drain --timeout 3600 && rein up --stop",
            "  rein drain --undo",
            "  rein drain --hand-over && rein up     (or in one: rein up --restart)"
        })
final class DrainCommand extends Subcommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 250;

    /** How often a waiting command says that it waits though nothing has changed. */
    private static final long SAY_MILLIS = 30_000;

    private static final int END_SECONDS_MAX = 30;

    @ArgGroup Instead instead = new Instead();

    /** What else may be asked. */
    static final class Instead {
        @Option(names = "--undo", description = "Take new runs again.")
        boolean undo;

        @Option(
                names = "--hand-over",
                description =
                        "End the node now and leave its runs, standing still, to the next `rein up` of this data folder; connections that are open are cut.")
        boolean handOver;
    }

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            description =
                    "With --hand-over: the runs are killed if no node has come by then (default and maximum ${DEFAULT-VALUE}).")
    int within = HandOver.SECONDS_MAX;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Wait at most so long (default: until no run is left).")
    Optional<Long> timeoutSeconds = Optional.empty();

    @Option(names = "--json", description = "The outcome as JSON.")
    boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (instead.handOver) {
            return handOver();
        }
        DrainView view =
                client().post("/v1/drain", new DrainRequest(instead.undo), DrainView.class);
        return instead.undo ? undone(view) : await(view);
    }

    private int undone(DrainView view) {
        if (json) {
            Output.json(out(), view);
        } else {
            out().println("This node takes new runs again.");
        }
        return 0;
    }

    private int await(DrainView begun) {
        DrainView view = begun;
        int said = -1;
        long quietMillis = 0;
        long waitedMillis = 0;
        long maxMillis = timeoutSeconds.map(TimeUnit.SECONDS::toMillis).orElse(Long.MAX_VALUE);
        while (view.draining() && view.runs() > 0 && waitedMillis < maxMillis) {
            if (view.runs() != said || quietMillis >= SAY_MILLIS) {
                err().println("rein: no new run is taken; " + left(view.runs()));
                err().flush();
                said = view.runs();
                quietMillis = 0;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
            waitedMillis += POLL_MILLIS;
            quietMillis += POLL_MILLIS;
            view = client().post("/v1/drain", new DrainRequest(false), DrainView.class);
        }
        if (json) {
            Output.json(out(), view);
        } else if (view.runs() == 0) {
            out().println(
                            "Drained: no run is left and none is taken. End the node: rein up --stop"
                                    + " · undo: rein drain --undo");
        } else {
            out().println(
                            "After "
                                    + TimeUnit.MILLISECONDS.toSeconds(waitedMillis)
                                    + " s "
                                    + left(view.runs())
                                    + " They go on, and no new run is taken. See them: rein runs · end"
                                    + " them: rein stop --fleet --kill · undo: rein drain --undo");
        }
        return view.runs() == 0 ? 0 : 1;
    }

    private static String left(int runs) {
        return runs == 1 ? "1 run is left." : runs + " runs are left.";
    }

    private int handOver() throws InterruptedException {
        HandedView handed = handOver(client(), within);
        if (json) {
            Output.json(out(), handed);
        } else {
            out().println(
                            "Handed over "
                                    + handed.runs()
                                    + " runs; they stand still. Start the next node within "
                                    + handed.seconds()
                                    + " s, or they are killed: rein up");
        }
        return 0;
    }

    /** Returns when the node's process has ended. */
    static HandedView handOver(ControlPlaneClient client, int seconds) throws InterruptedException {
        HandedView handed =
                client.post("/v1/hand-over", new HandOverRequest(seconds), HandedView.class);
        Optional<ProcessHandle> process = ProcessHandle.of(handed.pid());
        try {
            if (process.isPresent()) {
                var _ = process.get().onExit().get(END_SECONDS_MAX, TimeUnit.SECONDS);
            }
            return handed;
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandException(
                    2,
                    "the node (process "
                            + handed.pid()
                            + ") has handed over its runs but has not ended after "
                            + END_SECONDS_MAX
                            + " s");
        }
    }
}
