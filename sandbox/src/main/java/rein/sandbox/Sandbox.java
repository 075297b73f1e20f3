package rein.sandbox;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import rein.vocabulary.Run;
import rein.vocabulary.Ticker;

/**
 * One run's sandbox, prepared on the node: its group, network, entry and the plan by which the
 * caller's process becomes the run. Close it when the run has ended. Safe for any thread.
 */
public final class Sandbox implements AutoCloseable {
    /** A stop of one run is to take under 100 ms; past this the processes left are reported. */
    private static final int STOP_MILLIS_MAX = 2_000;

    private final SandboxHost host;
    private final Ticker ticker;
    private final Run run;
    private final Path workdir;
    private final Group group;
    private final Entry entry;
    private final LaunchPlan plan;
    private final Held held;
    private final CompletableFuture<Sandbox> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Optional<String> refused = Optional.empty();

    Sandbox(
            SandboxHost host,
            Ticker ticker,
            Run run,
            Path workdir,
            Group group,
            Entry entry,
            LaunchPlan plan,
            Held held) {
        this.host = host;
        this.ticker = ticker;
        this.run = run;
        this.workdir = workdir;
        this.group = group;
        this.entry = entry;
        this.plan = plan;
        this.held = held;
    }

    /** What was found in the work folder when the run was prepared, and what is kept from it. */
    record Held(
            WorkdirScan scan,
            List<Guard> guards,
            List<Guards.Placeholder> placeholders,
            boolean callersOwn) {}

    Held held() {
        return held;
    }

    /** The work folder as it was when the run was prepared. */
    public WorkdirScan scan() {
        return held.scan();
    }

    /** What of the work folder the run finds otherwise than it is; sorted by path. */
    public List<Guard> guards() {
        return held.guards();
    }

    public Run run() {
        return run;
    }

    /** Without symbolic links. */
    public Path workdir() {
        return workdir;
    }

    /** The uid and gid on the host: the run's own, or those of an ordinary caller. */
    public int runId() {
        return entry.runId();
    }

    /** The uid of an ordinary caller; empty where the caller is root. */
    public OptionalInt callerUid() {
        return entry.callerUid();
    }

    /** For the caller's process: {@link Launch#exec}. */
    public LaunchPlan plan() {
        return plan;
    }

    /** Its listeners are bound; serve them before the plan is handed out. */
    public RunNetwork network() {
        return entry.network();
    }

    /**
     * Lets the caller's process in; call it when all is ready and recorded, before the plan is
     * handed out.
     *
     * @throws SandboxException when that process is gone
     */
    public void admit() {
        entry.admit(this);
    }

    /** Whether a process is in the sandbox and known to be where it should be. */
    public boolean entered() {
        return entry.entered(this);
    }

    /** Why it was killed instead of becoming a run, as the end of a sentence. */
    public Optional<String> refused() {
        return refused;
    }

    /** Kills what did not become the run that it was to be. */
    void refuse(String why) {
        if (!isOver()) {
            refused = Optional.of(why);
            try {
                var _ = kill();
            } catch (SandboxException e) {
                // It ended at this very moment, and its group with it.
                return;
            }
        }
    }

    boolean isOver() {
        return ended.isDone();
    }

    /** Says something on the run's standard error; false where the caller must find it itself. */
    public boolean say(byte[] text) {
        return entry.say(text);
    }

    /** The first process, once it has joined. */
    public OptionalLong pid() {
        return host.first(group);
    }

    /** Completes when the run was started and none of its processes is left. */
    public CompletableFuture<Sandbox> ended() {
        return ended.copy();
    }

    void end() {
        ended.complete(this);
    }

    /**
     * Sends a signal to the command, for a caller that got one meant for it; bubblewrap, which
     * stands between, does not pass signals on. False when the command is not running.
     *
     * @param number as in signal(7), for example 15
     */
    public boolean signal(int number) {
        // The caller's process is bubblewrap's monitor; its child is the run's init, whose first
        // child is the command.
        Optional<ProcessHandle> command =
                pid().stream()
                        .mapToObj(ProcessHandle::of)
                        .flatMap(Optional::stream)
                        .flatMap(ProcessHandle::children)
                        .flatMap(ProcessHandle::children)
                        .min(Comparator.comparingLong(ProcessHandle::pid));
        return command.filter(handle -> host.linux().signal(handle.pid(), number)).isPresent();
    }

    /**
     * The work folder as it is now; nothing of one that is not the caller's own.
     *
     * @param wanted which files to name
     */
    public WorkdirScan scanNow(Predicate<String> wanted) {
        return held.callersOwn() ? WorkdirScan.of(workdir, wanted) : WorkdirScan.none();
    }

    /**
     * Keeps git outside from executing what the run left in repositories of its own making; for a
     * run that has ended, before it is closed.
     *
     * @param now from {@link #scanNow}
     * @return what was given another name and why, for people
     */
    public List<String> holdBack(WorkdirScan now) {
        return held.callersOwn()
                ? HeldBack.from(host.linux(), ticker, workdir, held.guards(), now)
                : List.of();
    }

    Group group() {
        return group;
    }

    /** The processes alive now, as the host numbers them. */
    public List<Long> processes() {
        return group.processes();
    }

    public Usage usage() {
        return group.usage();
    }

    /** Stops every process where it is; one that joins later stands still too. */
    public Stopped freeze() {
        long start = ticker.nanos();
        long count = processes().size();
        group.freeze(true);
        return frozen(start, count);
    }

    Stopped frozen(long start, long count) {
        boolean done = group.awaitFrozen(start + STOP_MILLIS_MAX * 1_000_000L);
        return stopped(start, count, done ? 0 : processes().size());
    }

    public void thaw() {
        group.freeze(false);
    }

    /** Kills every process and makes the plan worthless, so that a late launcher cannot start. */
    public Stopped kill() {
        long start = ticker.nanos();
        long count = processes().size();
        group.kill();
        return killed(start, count);
    }

    Stopped killed(long start, long count) {
        long deadline = start + STOP_MILLIS_MAX * 1_000_000L;
        boolean empty = group.awaitEmpty(deadline);
        while (empty && !group.removeKillable() && ticker.nanos() < deadline) {
            // Someone joined between the kill and the removal.
            group.kill();
            empty = group.awaitEmpty(deadline);
        }
        return stopped(start, count, processes().size());
    }

    private Stopped stopped(long start, long count, long left) {
        return new Stopped(count, left, (ticker.nanos() - start) / 1_000);
    }

    /** Kills what is left, closes listeners and namespaces, removes the group. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            kill();
            var _ = group.remove();
            host.forget(this);
            entry.close();
            end();
        }
    }

    /**
     * What a stop did.
     *
     * @param count processes when it began
     * @param left alive (or not frozen) when it gave up waiting; 0 means done
     */
    public record Stopped(long count, long left, long elapsedMicros) {}
}
