package rein.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import rein.vocabulary.Ticker;

/**
 * The entry of an ordinary caller of a node that is root: the launcher made a user and a network
 * namespace, the node makes that network its own, and moves the launcher into the run's group.
 */
final class CallerEntry implements Entry {
    private final CallerProcess caller;
    private final RunNetwork network;
    private final Entering entering;
    private volatile String trace = "";

    private CallerEntry(CallerProcess caller, RunNetwork network, Entering entering) {
        this.caller = caller;
        this.network = network;
        this.entering = entering;
    }

    static CallerEntry open(Linux linux, Ticker ticker, OwnRules rules, Peer peer) {
        CallerProcess caller = CallerProcess.take(linux, peer);
        try {
            RunNetwork network = RunNetwork.open(caller.network());
            try {
                NetworkCheck check = new NetworkCheck(network.namespace(), rules.listing());
                check.require();
                Entering entering = new Entering(linux, ticker, caller, check);
                return new CallerEntry(caller, network, entering);
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

    @Override
    public LaunchPlan plan(
            SandboxSpec spec, Path workdir, List<Guard> guards, Group group, String observed) {
        trace = observed;
        return entering.plan(spec, workdir, guards, "");
    }

    @Override
    public void admit(Sandbox sandbox) {
        caller.requireAlive();
        String pid = Long.toString(caller.peer().pid());
        Entry.joins(sandbox.group()).forEach(file -> KernelFile.write(Path.of(file), pid));
        if (!trace.isEmpty()) {
            KernelFile.write(Path.of(trace), String.join(" ", caller.threads()));
        }
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
