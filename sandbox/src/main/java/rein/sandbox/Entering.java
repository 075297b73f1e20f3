package rein.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import rein.vocabulary.Ticker;

/**
 * A process that was let in and is to become a run: looked at from outside until it is, and if that
 * takes too long killed.
 */
final class Entering {
    /** A launcher on a loaded machine takes a second from the plan to the command. */
    static final int ENTRY_MILLIS_MAX = 15_000;

    private static final int LOOK_MILLIS = 20;
    private static final int STANDARD_ERROR = 2;

    private final Linux linux;
    private final Ticker ticker;
    private final CallerProcess caller;
    private final NetworkCheck network;
    private volatile boolean entered;

    Entering(Linux linux, Ticker ticker, CallerProcess caller, NetworkCheck network) {
        this.linux = linux;
        this.ticker = ticker;
        this.caller = caller;
        this.network = network;
    }

    /** The launcher has joined, and is who it will be: it needs neither groups nor another uid. */
    LaunchPlan plan(SandboxSpec spec, Path workdir, List<Guard> guards, String trace) {
        LaunchPlan whole =
                RootView.plan(
                        linux,
                        spec,
                        workdir,
                        guards,
                        caller.peer().uid(),
                        List.of(),
                        trace,
                        "",
                        "");
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

    void begin(Sandbox sandbox) {
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
            return check.missing(sandbox.processes()).or(network::wrong);
        } catch (RuntimeException e) {
            // INVARIANT: what cannot be looked at does not hold.
            return Optional.of("it could not be looked at (" + e.getMessage() + ")");
        }
    }

    boolean entered() {
        return entered;
    }

    /**
     * Through the descriptor as the caller opened it: opening it anew would be with the node's
     * rights, and write into whatever file the caller put there for reading.
     */
    void say(byte[] text) {
        int standardError = caller.takeDescriptor(STANDARD_ERROR);
        try {
            linux.write(standardError, text);
        } finally {
            linux.close(standardError);
        }
    }
}
