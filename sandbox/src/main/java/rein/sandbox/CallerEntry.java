package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import rein.vocabulary.Ticker;

/**
 * The entry of an ordinary caller: the launcher made a user and a network namespace, the node made
 * that network its own, and moves the launcher into the run's group. What then becomes of it is
 * looked at from outside; if that is not the run within the time, all of it is killed.
 */
final class CallerEntry implements Entry {
    /** A launcher on a loaded machine takes a second from the plan to the command. */
    private static final int ENTRY_MILLIS_MAX = 15_000;

    private static final int LOOK_MILLIS = 20;

    private final Linux linux;
    private final Ticker ticker;
    private final CallerProcess caller;
    private final RunNetwork network;
    private final NetworkCheck networkCheck;
    private volatile String trace = "";
    private volatile boolean entered;

    private CallerEntry(
            Linux linux,
            Ticker ticker,
            CallerProcess caller,
            RunNetwork network,
            NetworkCheck networkCheck) {
        this.linux = linux;
        this.ticker = ticker;
        this.caller = caller;
        this.network = network;
        this.networkCheck = networkCheck;
    }

    static CallerEntry open(Linux linux, Ticker ticker, OwnRules rules, Peer peer) {
        CallerProcess caller = CallerProcess.take(linux, peer);
        try {
            RunNetwork network = RunNetwork.open(caller.network());
            try {
                NetworkCheck check = new NetworkCheck(network.namespace(), rules.listing());
                check.wrong()
                        .ifPresent(why -> {
                            throw new SandboxException(
                                    SandboxException.Code.SPEC,
                                    "The run cannot be contained: " + why + ".");
                        });
                return new CallerEntry(linux, ticker, caller, network, check);
            } catch (RuntimeException e) {
                network.close();
                throw e;
            }
        } catch (RuntimeException e) {
            caller.close();
            throw e;
        }
    }

    @Override
    public int runId() {
        return caller.peer().uid();
    }

    @Override
    public OptionalInt callerUid() {
        return OptionalInt.of(caller.peer().uid());
    }

    @Override
    public RunNetwork network() {
        return network;
    }

    /**
     * The launcher has joined, and is who it will be: it needs neither groups nor a change of uid.
     */
    @Override
    public LaunchPlan plan(
            SandboxSpec spec, Path workdir, List<Guard> guards, Cgroup cgroup, String observed) {
        trace = observed;
        LaunchPlan whole =
                RootView.plan(linux, spec, workdir, guards, runId(), List.of(), "", "", "");
        try {
            Files.createDirectories(Path.of(whole.staging()));
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED, whole.staging() + " could not be made.", e);
        }
        return new LaunchPlan(
                whole.joins(),
                whole.trace(),
                whole.networkNamespace(),
                whole.idMapping(),
                whole.staging(),
                whole.mapped(),
                whole.readOnly(),
                whole.files(),
                whole.guards(),
                whole.runId(),
                whole.seccomp(),
                RootView.withoutChangeOfUid(whole.command()));
    }

    @Override
    public void admit(Sandbox sandbox) {
        caller.requireAlive();
        String pid = Long.toString(caller.peer().pid());
        sandbox.cgroup().joins().forEach(file -> KernelFile.write(Path.of(file), pid));
        if (!trace.isEmpty()) {
            KernelFile.write(Path.of(trace), String.join(" ", caller.threads()));
        }
        EntryCheck check = new EntryCheck(caller, sandbox.plan());
        Thread.ofPlatform().daemon().name("entry-check").start(() -> look(check, sandbox));
    }

    private void look(EntryCheck check, Sandbox sandbox) {
        long deadline = ticker.nanos() + ENTRY_MILLIS_MAX * 1_000_000L;
        Optional<String> missing = missing(check, sandbox);
        while (missing.isPresent() && ticker.nanos() < deadline && !sandbox.isOver()) {
            linux.poll(new int[0], new short[0], LOOK_MILLIS);
            missing = missing(check, sandbox);
        }
        if (missing.isEmpty()) {
            entered = true;
        } else {
            sandbox.refuse("the process that asked did not become the run: " + missing.get());
        }
    }

    private Optional<String> missing(EntryCheck check, Sandbox sandbox) {
        try {
            return check.missing(sandbox.processes()).or(networkCheck::wrong);
        } catch (RuntimeException e) {
            // INVARIANT: what cannot be looked at does not hold.
            return Optional.of("it could not be looked at (" + e.getMessage() + ")");
        }
    }

    @Override
    public boolean entered(Sandbox sandbox) {
        return entered;
    }

    /**
     * Through the descriptor as the caller opened it: opening it anew would be with the node's
     * rights, and write into whatever file the caller put there for reading.
     */
    @Override
    public boolean say(byte[] text) {
        int standardError = caller.takeDescriptor(2);
        try {
            linux.write(standardError, text);
        } finally {
            linux.close(standardError);
        }
        return true;
    }

    @Override
    public void close() {
        network.close();
        caller.close();
    }
}
