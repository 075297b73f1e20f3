package rein.server.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import rein.gateway.egress.KnownNames;
import rein.gateway.egress.RunDoor;
import rein.sandbox.Keeper;
import rein.sandbox.SandboxException;
import rein.sandbox.SandboxHandOver;
import rein.server.http.ProblemException;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

/**
 * The end of a node that its runs outlive: no new run is taken, those that are starting are waited
 * for, all are stood still and their connections cut, what the next node needs is written down, and
 * the watcher is told to keep them for a bounded time. Until that last word everything can be
 * undone, and is when something fails. Runs on the thread of whoever asked.
 */
public final class HandingOver {
    /** A launcher needs less than a second even on a loaded machine. */
    private static final long START_MILLIS_MAX = 5_000;

    private static final long POLL_MILLIS = 20;

    /** Who this node is, for the one that comes. */
    public record Identity(String tenant, String node, java.util.UUID boot) {}

    /**
     * What was handed over.
     *
     * @param moving how many did not stand still in time and may have gone on meanwhile
     */
    public record Done(int runs, int moving, int seconds) {}

    private final Node node;
    private final Node.Ports ports;
    private final HandOverFile file;
    private final Identity identity;
    private final Runnable end;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * @param end called when all is handed over: the process is to end in order
     */
    public HandingOver(
            Node node, Node.Ports ports, HandOverFile file, Identity identity, Runnable end) {
        this.node = node;
        this.ports = ports;
        this.file = file;
        this.identity = identity;
        this.end = end;
    }

    /**
     * Hands all runs over.
     *
     * @param seconds how long the watcher keeps them, 1 to {@link HandOver#SECONDS_MAX}
     * @throws ProblemException when it could not be done; then everything is as it was
     */
    public Done handOver(int seconds, String person) {
        if (!lock.tryLock()) {
            throw new ProblemException(409, "handing-over", "This node is handing over already.");
        }
        try {
            record(seconds, person);
            boolean first = node.drain().begin();
            try {
                return handOver(seconds);
            } catch (RuntimeException e) {
                if (first) {
                    node.drain().undo();
                }
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void record(int seconds, String person) {
        try {
            ports.recorder()
                    .append(
                            Draft.of(Kind.NODE_DRAINED)
                                    .person(person)
                                    .detail("act", "hand-over")
                                    .size("seconds", seconds)
                                    .size("runs", ports.runs().live().size())
                                    .build());
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "The hand-over could not be recorded, so it was not begun: "
                            + ProblemException.why(e));
        }
    }

    private Done handOver(int seconds) {
        SandboxHandOver sandboxes = ports.sandboxes().handOver();
        awaitStarts(sandboxes);
        List<LiveRun> runs = ports.runs().live();
        int moving = sandboxes.freeze(runs.stream().map(LiveRun::sandbox).toList()).size();
        try {
            for (LiveRun run : runs) {
                ports.egress().find(run.run().id()).ifPresent(RunDoor::settle);
            }
            Keeper keeper = sandboxes.keeper();
            List<HandedRun> handed = handed(sandboxes, runs);
            file.write(
                    new HandOver(
                            HandOver.VERSION,
                            identity.tenant(),
                            identity.node(),
                            identity.boot(),
                            ports.ticker().nanos(),
                            seconds,
                            keeper,
                            handed));
            sandboxes.leave(seconds, file.path());
            node.handedOver(handed.stream().map(run -> run.sandbox().run().id()).toList());
            end.run();
            return new Done(handed.size(), moving, seconds);
        } catch (IOException | RuntimeException e) {
            undo(runs);
            throw new ProblemException(
                    503,
                    "not-handed-over",
                    "The runs could not be handed over and go on here: " + ProblemException.why(e));
        }
    }

    /** A run whose launcher has not become the command yet would lose its way in. */
    private void awaitStarts(SandboxHandOver sandboxes) {
        long deadline = ports.ticker().nanos() + START_MILLIS_MAX * 1_000_000L;
        try {
            boolean _ = node.drain().awaitQuiet(START_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(503, "interrupted", "The node is ending.");
        }
        while (ports.ticker().nanos() < deadline
                && ports.runs().live().stream().anyMatch(run -> !sandboxes.begun(run.sandbox()))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
        }
    }

    private List<HandedRun> handed(SandboxHandOver sandboxes, List<LiveRun> runs) {
        List<HandedRun> handed = new ArrayList<>();
        for (LiveRun run : runs) {
            if (sandboxes.begun(run.sandbox()) && run.phase() != LiveRun.Phase.ENDED) {
                KnownNames names =
                        ports.egress()
                                .find(run.run().id())
                                .map(RunDoor::names)
                                .orElse(KnownNames.NONE);
                sandboxes
                        .tell(run.sandbox())
                        .map(sandbox -> HandedRun.of(run, sandbox, names))
                        .ifPresent(handed::add);
            }
        }
        return handed;
    }

    private void undo(List<LiveRun> runs) {
        try {
            file.remove();
        } catch (IOException e) {
            // It names a watcher that keeps nothing, and so is refused.
        }
        for (LiveRun run : runs) {
            if (node.mayGoOn(run.run())) {
                thaw(run);
            }
        }
    }

    private static void thaw(LiveRun run) {
        try {
            run.sandbox().thaw();
        } catch (SandboxException e) {
            // It has ended.
            return;
        }
    }

    /** For whoever shows it: the sentence about runs that did not stand still. */
    public static Optional<String> aboutMoving(Done done) {
        return done.moving() == 0
                ? Optional.empty()
                : Optional.of(
                        done.moving()
                                + " of them did not stand still in time; they have no way out until"
                                + " they are adopted.");
    }
}
