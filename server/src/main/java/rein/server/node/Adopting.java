package rein.server.node;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.gateway.RunLedger;
import rein.gateway.egress.RunListeners;
import rein.sandbox.RunNetwork;
import rein.sandbox.Sandbox;
import rein.sandbox.SandboxException;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;

/**
 * The start of a node with runs that the last one left to it: each is held, watched, observed and
 * served as before, and recorded as adopted, while it still stands still. A run that is not what it
 * was is killed. {@link #goOn} lets the others go on, once everything that could stop them is
 * there.
 */
public final class Adopting {
    private final Node node;
    private final Node.Ports ports;
    private final HandOver handOver;
    private final List<LiveRun> adopted = new ArrayList<>();
    private final Map<Run, String> lost = new LinkedHashMap<>();

    public Adopting(Node node, Node.Ports ports, HandOver handOver) {
        this.node = node;
        this.ports = ports;
        this.handOver = handOver;
    }

    /** Adopts what can be adopted; the rest is killed and recorded as ended. */
    public void adopt() {
        for (HandedRun handed : handOver.runs()) {
            Run run = handed.sandbox().run();
            try {
                adopt(handed);
            } catch (RuntimeException | RecordRefusedException e) {
                lost.put(run, String.valueOf(e.getMessage()));
                ports.sandboxes().handOver().giveUp(run.id());
                ports.approvals().runEnded(run.id());
                recordLost(run);
            }
        }
    }

    private void adopt(HandedRun handed) throws RecordRefusedException {
        Run run = handed.sandbox().run();
        if (node.level().compareTo(run.level()) < 0) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED,
                    "This machine no longer reaches the level of run " + run.shortId() + ".");
        }
        Sandbox sandbox = ports.sandboxes().handOver().adopt(handed.sandbox());
        node.changes().adopt(run.id(), sandbox);
        LiveRun live =
                node.live(run, handed, sandbox, RunLedger.of(handed.ledger(), ports.ticker()));
        ports.runs().add(live);
        try {
            serve(live, handed);
        } catch (RuntimeException | RecordRefusedException e) {
            node.abandon(live);
            throw e;
        }
        adopted.add(live);
    }

    private void serve(LiveRun live, HandedRun handed) throws RecordRefusedException {
        Run run = live.run();
        if (!ports.leases().granted(run.id(), ports.ticker().nanos(), Node.leaseLength(live))) {
            throw new SandboxException(
                    SandboxException.Code.FULL, "This node holds as many runs as it may.");
        }
        makeFolder(live);
        RunNetwork network = live.sandbox().network();
        ports.egress()
                .open(
                        live,
                        new RunListeners(network.tcp(), network.proxy(), network.dns()),
                        live.ledger(),
                        handed.names());
        ports.recorder()
                .append(
                        Draft.of(Kind.RUN_ADOPTED)
                                .run(run)
                                .detail("pack", live.pack())
                                .detail("uid", String.valueOf(live.sandbox().runId()))
                                .size(
                                        "stood-millis",
                                        (ports.ticker().nanos() - handOver.writtenNanos())
                                                / 1_000_000)
                                .size("processes", live.sandbox().processes().size())
                                .build());
        node.awaitEnd(live);
    }

    /** An ordinary caller's went with the last node. */
    private static void makeFolder(LiveRun live) {
        try {
            Files.createDirectories(live.folder());
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SPEC, "Its folder could not be made: " + e, e);
        }
    }

    private void recordLost(Run run) {
        try {
            ports.recorder()
                    .append(
                            Draft.of(Kind.RUN_ENDED)
                                    .run(run)
                                    .detail("stopped", "false")
                                    .detail("ended", "not-adopted")
                                    .build());
        } catch (RecordRefusedException e) {
            System.getLogger(Adopting.class.getName())
                    .log(System.Logger.Level.ERROR, "the end of run " + run.id(), e);
        }
    }

    /** Runs that this node holds now. */
    public List<Run> adopted() {
        return adopted.stream().map(LiveRun::run).toList();
    }

    /**
     * Lets the adopted runs go on, but for those that a stop covers: a suspended one stays as it
     * is, a terminated one is killed. Then the last node's watcher is let go.
     */
    public void goOn() {
        ports.sandboxes().handOver().settle();
        handOver.keeper().release();
        for (LiveRun live : adopted) {
            Optional<StopOrder> order = ports.stops().standing(live.run());
            if (order.isEmpty()) {
                live.sandbox().thaw();
            } else if (order.get().mode() == StopOrder.Mode.TERMINATE) {
                var _ = live.sandbox().kill();
            }
        }
    }

    /** What there is to say, one line each. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        words.add("Adopted " + adopted.size() + " of " + handOver.runs().size() + " runs.");
        lost.forEach((run, why) -> words.add("Ended run " + run.shortId() + ": " + why));
        return words;
    }
}
