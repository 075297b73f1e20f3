package rein.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import rein.vocabulary.Run;
import rein.vocabulary.Ticker;

/**
 * The entry at a node that is not root, for its own user: the launcher made user, network and
 * process-id namespace, set up that network and bound the listeners, which the node takes.
 */
final class InitEntry implements Entry {
    /** The launcher binds before it asks; the self-test's own launcher needs a JVM's start. */
    private static final int LISTENERS_MILLIS_MAX = 10_000;

    private static final int LOOK_MILLIS = 5;

    private final Linux linux;
    private final CallerProcess caller;
    private final long init;
    private final int initPidfd;
    private final RunNetwork network;
    private final Entering entering;
    private final ExecNotices.Following notices;

    private InitEntry(
            Linux linux,
            CallerProcess caller,
            long init,
            int initPidfd,
            RunNetwork network,
            Entering entering,
            ExecNotices.Following notices) {
        this.linux = linux;
        this.caller = caller;
        this.init = init;
        this.initPidfd = initPidfd;
        this.network = network;
        this.entering = entering;
        this.notices = notices;
    }

    static InitEntry open(
            Linux linux, Ticker ticker, Peer peer, Run run, Path workdir, InitHold hold) {
        CallerProcess caller = CallerProcess.take(linux, peer);
        try {
            long init = caller.init();
            int initPidfd = linux.pidfdOpen(init);
            caller.keep(initPidfd);
            caller.requireAlive();
            awaitListeners(linux, ticker, caller);
            RunNetwork network = TakenNetwork.take(linux, caller);
            try {
                NetworkNamespace namespace = network.namespace();
                NetworkCheck check = new NetworkCheck(namespace, NetworkCheck.listing(namespace));
                check.require();
                return new InitEntry(
                        linux,
                        caller,
                        init,
                        initPidfd,
                        network,
                        new Entering(linux, ticker, caller, check),
                        hold.notices().following(run.id(), workdir));
            } catch (RuntimeException e) {
                network.close();
                throw e;
            }
        } catch (RuntimeException e) {
            caller.close();
            throw e;
        }
    }

    /** The last of them is bound last. */
    private static void awaitListeners(Linux linux, Ticker ticker, CallerProcess caller) {
        long deadline = ticker.nanos() + LISTENERS_MILLIS_MAX * 1_000_000L;
        int taken = caller.tryTake(LauncherNetwork.DNS_FD);
        while (taken < 0 && ticker.nanos() < deadline) {
            caller.requireAlive();
            linux.poll(new int[0], new short[0], LOOK_MILLIS);
            taken = caller.tryTake(LauncherNetwork.DNS_FD);
        }
        if (taken >= 0) {
            linux.close(taken);
        }
    }

    /** The run's processes as one. */
    InitGroup hold(Ticker ticker) {
        return new InitGroup(linux, ticker, init, initPidfd);
    }

    @Override
    public int runId() {
        return caller.peer().uid();
    }

    /** The node's last word needs no other reader: the caller is the node's own user. */
    @Override
    public OptionalInt callerUid() {
        return OptionalInt.empty();
    }

    @Override
    public RunNetwork network() {
        return network;
    }

    @Override
    public LaunchPlan plan(
            SandboxSpec spec, Path workdir, List<Guard> guards, Group group, String trace) {
        LaunchPlan plan = entering.plan(spec, workdir, guards, trace);
        SortedMap<String, String> files = new TreeMap<>(plan.files());
        files.put(Launch.PROCESSES, Integer.toString(spec.limits().processes()));
        return plan.withFiles(files);
    }

    @Override
    public void admit(Sandbox sandbox) {
        caller.requireAlive();
        notices.begin(caller, sandbox);
        entering.begin(sandbox);
    }

    @Override
    public boolean entered(Sandbox sandbox) {
        return entering.entered();
    }

    @Override
    public boolean say(byte[] text) {
        entering.say(text);
        return true;
    }

    @Override
    public void close() {
        network.close();
        caller.close();
    }
}
