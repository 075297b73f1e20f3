package rein.server.node;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import rein.gateway.RunContext;
import rein.gateway.RunGrants;
import rein.gateway.RunLedger;
import rein.respond.Approvals;
import rein.respond.Denial;
import rein.sandbox.Sandbox;
import rein.server.api.RunView;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Run;
import rein.vocabulary.Snapshot;

/**
 * One run as the node holds it, from its preparation until it has ended. The doors ask it anew for
 * every connection, so that a stop, a lapsed lease or a new snapshot counts at once. Safe for any
 * thread.
 */
public final class LiveRun implements RunContext {
    /** Where a run is. Suspension is not here: it is a stop order in force. */
    public enum Phase {
        PREPARED,
        RUNNING,
        ENDED
    }

    private final Run run;
    private final String pack;
    private final List<PolicyText> policies;
    private final HostGroups groups;
    private final Supplier<Snapshot> snapshot;
    private final Supplier<Optional<Decision>> standing;
    private final Sandbox sandbox;
    private final Path folder;
    private final RunLedger ledger;
    private final long pid;
    private final boolean attended;
    private final RunApprovals approvals;
    private final ToldOnce warnings;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.PREPARED);
    private final AtomicReference<Optional<Instant>> ended =
            new AtomicReference<>(Optional.empty());
    private final AtomicLong findings = new AtomicLong();

    LiveRun(
            Run run,
            String pack,
            List<PolicyText> policies,
            HostGroups groups,
            Supplier<Snapshot> snapshot,
            Supplier<Optional<Decision>> standing,
            Sandbox sandbox,
            Path folder,
            RunLedger ledger,
            long pid,
            boolean attended,
            Approvals approvals,
            InstantSource clock) {
        this.run = run;
        this.pack = pack;
        this.policies = List.copyOf(policies);
        this.groups = groups;
        this.snapshot = snapshot;
        this.standing = standing;
        this.sandbox = sandbox;
        this.folder = folder;
        this.ledger = ledger;
        this.pid = pid;
        this.attended = attended;
        Consumer<String> terminal = attended ? line -> Notices.tell(this, line) : line -> {};
        this.approvals = new RunApprovals(run, approvals, clock, terminal);
        this.warnings = new ToldOnce(terminal);
    }

    @Override
    public Run run() {
        return run;
    }

    @Override
    public Snapshot snapshot() {
        return snapshot.get();
    }

    @Override
    public String pack() {
        return pack;
    }

    @Override
    public List<PolicyText> policies() {
        return policies;
    }

    @Override
    public RunGrants grants() {
        return approvals;
    }

    /** What it was denied that a person could allow. */
    public List<Denial> liftable() {
        return approvals.denials();
    }

    @Override
    public Optional<Decision> standing() {
        return phase.get() == Phase.ENDED
                ? Optional.of(Decision.deny("run-ended", "This run has ended.", ""))
                : standing.get();
    }

    @Override
    public void warn(String about, String line) {
        warnings.tell(about, line);
    }

    @Override
    public Set<String> groupsOf(String host) {
        return groups.of(host);
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    /** Where the node leaves its last word for the launcher. */
    Path lastWord() {
        return folder.resolve("last-word");
    }

    Path folder() {
        return folder;
    }

    /** The process that asked to become the run. */
    public long pid() {
        return pid;
    }

    public Phase phase() {
        return phase.get();
    }

    /** Whether this call started it. */
    boolean started() {
        return phase.compareAndSet(Phase.PREPARED, Phase.RUNNING);
    }

    /** Whether this call ended it. */
    boolean end(Instant when) {
        boolean first = phase.getAndSet(Phase.ENDED) != Phase.ENDED;
        if (first) {
            ended.set(Optional.of(when));
        }
        return first;
    }

    /** It was running, and had so many findings, under an earlier node. */
    void goesOn(long foundBefore) {
        phase.set(Phase.RUNNING);
        findings.set(foundBefore);
    }

    HostGroups groups() {
        return groups;
    }

    public void found() {
        findings.incrementAndGet();
    }

    public long findings() {
        return findings.get();
    }

    /** Connections and requests denied so far. */
    public long denials() {
        return ledger.counter(RunLedger.DENIALS);
    }

    /** What its client wanted to report on itself, and did not. */
    public long quietDenials() {
        return ledger.counter(RunLedger.QUIET_DENIALS);
    }

    /** Facts shared by all doors of the run. */
    RunLedger ledger() {
        return ledger;
    }

    /** Whether a person sits at its terminal. */
    public boolean attended() {
        return attended;
    }

    public RunView view(boolean suspended) {
        String state =
                switch (phase.get()) {
                    case PREPARED -> "starting";
                    case RUNNING -> suspended ? "suspended" : "running";
                    case ENDED -> "ended";
                };
        return new RunView(
                run.id(),
                run.shortId(),
                run.agent().name(),
                run.agent().owner(),
                state,
                run.level().name().toLowerCase(java.util.Locale.ROOT),
                pack,
                run.labels(),
                run.started(),
                ended.get(),
                denials(),
                findings.get());
    }
}
